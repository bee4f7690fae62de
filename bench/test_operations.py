"""Every operation of `onedot bench`: naive Python, every level and the peers, in one group for each case.

`pytest bench -k "matvec and float32"` runs some of them.
"""

from functools import lru_cache

import pytest

from onedot._benchmark.model import DTYPES
from onedot._benchmark.operations import OPERATIONS
from onedot._benchmark.peers import installed

pytestmark = pytest.mark.benchmark(max_time=0.2, min_rounds=5)


def races():
    """Who computes which case of which operation, the contenders of a case one after the other."""
    for operation in OPERATIONS.values():
        contenders = operation.contenders()
        for dtype in (d for d in operation.dtypes if d != "bfloat16" or installed("ml_dtypes")):
            sizes = operation.sizes if dtype in DTYPES else operation.quick_sizes
            for label, make_case in operation.cases(dtype, sizes, True).items():
                for contender in (c for c in contenders if computes(c, dtype, label)):
                    title = f"{operation.name}, {dtype}, {label}, {contender.name}"
                    yield pytest.param(make_case, contender, id=title)


def computes(contender, dtype, label):
    """Whether it does what a case asks for, which it need not do right where sums wrap."""
    rightly = dtype in contender.functions and dtype not in contender.wraps
    return rightly and contender.only in (None, label.partition(" ")[0])


@lru_cache(maxsize=1)
def made(make_case):
    """A case, made once for all its contenders."""
    return make_case()


@pytest.mark.parametrize(("make_case", "contender"), list(races()))
def test_operation(race, make_case, contender):
    race(contender, made(make_case))
