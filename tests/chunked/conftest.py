"""Who computes the tasks of a test."""

import pytest


@pytest.fixture(scope="module")
def client():
    """Of a cluster of two processes, in which another is started where one dies."""
    pytest.importorskip("distributed")
    from support.chunks import cluster

    with cluster(2) as found:
        yield found


@pytest.fixture(scope="module", params=["threads", "processes"])
def scheduler(request):
    """Dask's default, threads of this process, and a cluster of processes."""
    if request.param == "threads":
        import dask

        with dask.config.set(scheduler="threads", num_workers=2):
            yield request.param
    else:
        request.getfixturevalue("client")
        yield request.param
