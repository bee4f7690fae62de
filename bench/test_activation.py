"""activation: naive Python, every level, NumPy and SciPy, in one group for each function, type and length."""

from functools import lru_cache

import pytest

from onedot.benchmark.activation import ACTIVATION
from onedot.benchmark.operation import DTYPES

pytestmark = pytest.mark.benchmark(max_time=0.2, min_rounds=5)

CONTENDERS = {f"{contender.name} {contender.only}": contender for contender in ACTIVATION.contenders()}
CASES = {
    f"{dtype}, {label}": make_case
    for dtype in DTYPES
    for label, make_case in ACTIVATION.cases(dtype, ACTIVATION.sizes, real=True).items()
}
PAIRS = [(case, name) for case in CASES for name in CONTENDERS if f", {CONTENDERS[name].only} " in case]


@lru_cache(maxsize=1)
def case_of(name):
    """A case, made once for all its contenders, which come one after the other."""
    return CASES[name]()


@pytest.mark.parametrize(("case", "contender"), PAIRS)
def test_activation(race, case, contender):
    race(CONTENDERS[contender], case_of(case))
