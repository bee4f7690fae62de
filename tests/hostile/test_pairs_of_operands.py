"""Two operands, each of which may be wrong: every level names the same one, and says the same of it."""

import itertools

import numpy as np
import pytest

import onedot
from onedot import exact, levels, single

OPERANDS = {
    "rows": np.ones((3, 3)),
    "a vector": np.ones(3),
    "a number": np.float64(1),
    "float32 rows": np.ones((3, 3), "f4"),
    "a float32 vector": np.ones(3, "f4"),
    "a longer float32 vector": np.ones(4, "f4"),
    "long double rows": np.ones((3, 3), "g"),
    "a long double vector": np.ones(3, "g"),
    "complex rows": np.ones((3, 3), "c8"),
    "a complex number": np.complex64(1),
    "integers": np.ones(3, "i4"),
    "a large integer": 2**70,
    "text": np.array("a"),
    "a list": [1.0, 2.0, 3.0],
    "a ragged list": [[1, 2], [3]],
    "a mapping": {1: 2},
}
TIERS = {onedot: ("dot", "matvec", "vecmat", "matmul", "vecdot"), exact: ("dot", "matvec", "matmul", "vecdot")}
TIERS[single] = TIERS[onedot]
FUNCTIONS = [pytest.param(getattr(tier, name), id=f"{tier.__name__}.{name}") for tier in TIERS for name in TIERS[tier]]


def made(function, *operands):
    try:
        return repr(function(*operands))
    except (TypeError, ValueError, OverflowError) as error:
        return f"{type(error).__name__}: {error}"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_same_operand_is_refused_at_every_level(function):
    pairs = [*itertools.product(OPERANDS, repeat=2)]
    found = {}
    for level in levels.runnable():
        with levels.using(level):
            found[level] = [made(function, OPERANDS[a], OPERANDS[b]) for a, b in pairs]
    for level, results in found.items():
        for pair, result, first in zip(pairs, results, found["reference"], strict=True):
            assert result == first, f"{pair} at {level}"
