"""geometry: naive Python, every level and NumPy, in one group for each function, type and shape."""

from functools import lru_cache

import pytest

from onedot.benchmark.geometry import GEOMETRY
from onedot.benchmark.operation import DTYPES

pytestmark = pytest.mark.benchmark(max_time=0.2, min_rounds=5)

CONTENDERS = {f"{contender.name} {contender.only}": contender for contender in GEOMETRY.contenders()}
CASES = {
    f"{dtype}, {label}": make_case
    for dtype in DTYPES
    for label, make_case in GEOMETRY.cases(dtype, GEOMETRY.sizes, real=True).items()
}
PAIRS = [(case, name) for case in CASES for name in CONTENDERS if f", {CONTENDERS[name].only} " in case]


@lru_cache(maxsize=1)
def case_of(name):
    """A case, made once for all its contenders, which come one after the other."""
    return CASES[name]()


@pytest.mark.parametrize(("case", "contender"), PAIRS)
def test_geometry(race, case, contender):
    race(CONTENDERS[contender], case_of(case))
