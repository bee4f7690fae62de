"""The kernels of selection at every level: the heaps of the reference, element by element."""

import numpy as np
import pytest

from onedot import _reference, levels


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int64])
@pytest.mark.parametrize("k", [1, 2, 7, 150])
def test_heaps_are_those_of_the_reference(compiled_level, dtype, k):
    rng = np.random.default_rng(k)
    S = rng.integers(-30, 30, (3, 700)).astype(dtype)
    if dtype != np.int64:
        S[rng.random(S.shape) < 0.05] = np.nan
        S[1] = np.nan
        S[rng.random(S.shape) < 0.05] = -0.0
    heaps = []
    for module in (_reference, levels.kernels()):
        best, rows = np.zeros((3, k), dtype), np.zeros((3, k), np.int64)
        for first in (0, 64, 65, 300):
            last = {0: 64, 64: 65, 65: 300, 300: 700}[first]
            module.keep_best(np.ascontiguousarray(S[:, first:last]), first, best, rows, min(first, k))
            heaps.append((best.copy(), rows.copy()))
        module.sort_best(best, rows)
        heaps.append((best, rows))
    for (best, rows), (of_kernel, of_rows) in zip(heaps[:5], heaps[5:], strict=True):
        assert rows.tolist() == of_rows.tolist()
        assert np.array_equal(best, of_kernel, equal_nan=dtype != np.int64)
