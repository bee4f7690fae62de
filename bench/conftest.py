"""Every bench runs on one thread and checks an answer before it times the calls that give it."""

import pytest

from onedot._benchmark.measure import check
from onedot._benchmark.one_thread import one_thread


@pytest.fixture(scope="session", autouse=True)
def on_one_thread():
    """onedot and every BLAS that was loaded while the benches were collected, on one thread."""
    with one_thread():
        yield


@pytest.fixture
def race(benchmark):
    """race(contender, case): one entry in the group of the case."""

    def run(contender, case):
        if not contender.takes(case):
            pytest.skip("one call takes too long, or cannot compute it")
        check(contender, case)
        benchmark.group = case.title
        arguments = [contender.convert(argument) for argument in case.timed.arguments]
        with contender.setting():
            benchmark(contender.functions[case.dtype], *arguments)

    return run
