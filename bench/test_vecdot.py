"""vecdot: naive Python, every level, NumPy and its peers, in one group for each type and shape."""

from functools import lru_cache

import pytest

from onedot.benchmark.batched import VECDOT
from onedot.benchmark.operation import DTYPES

pytestmark = pytest.mark.benchmark(max_time=0.2, min_rounds=5)

CONTENDERS = {contender.name: contender for contender in VECDOT.contenders()}
CASES = {
    f"{dtype}, {label}": make_case
    for dtype in DTYPES
    for label, make_case in VECDOT.cases(dtype, VECDOT.sizes, real=True).items()
}


@lru_cache(maxsize=1)
def case_of(name):
    """A case, made once for all its contenders, which come one after the other."""
    return CASES[name]()


@pytest.mark.parametrize("contender", CONTENDERS)
@pytest.mark.parametrize("case", CASES)
def test_vecdot(race, case, contender):
    race(CONTENDERS[contender], case_of(case))
