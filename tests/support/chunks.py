"""Dask arrays for tests: chunks at random, dense or CSR, and a cluster of processes."""

from contextlib import contextmanager

import dask
import dask.array as da
import numpy as np
from scipy import sparse


def chunked(v, seed):
    """v as a dask array of chunks drawn at random along every axis, some of them empty."""
    draw = np.random.default_rng(seed)
    chunks = []
    for size in v.shape:
        cuts = np.sort(draw.integers(0, size + 1, draw.integers(0, 5)))
        chunks.append(tuple(np.diff([0, *cuts.tolist(), size]).tolist()))
    return da.from_array(v, chunks=tuple(chunks))


def chunked_csr(X, rows):
    """X as a dask array whose chunks, of so many rows each, are CSR matrices."""
    return da.from_array(X, chunks=(rows, X.shape[1])).map_blocks(sparse.csr_matrix)


@contextmanager
def cluster(workers=2):
    """A client of as many processes, one thread each, on this machine; that none is left is an error in the end."""
    from distributed import Client, LocalCluster

    options = {"n_workers": workers, "threads_per_worker": 1, "processes": True, "dashboard_address": ":0"}
    no_wait = {"distributed.scheduler.no-workers-timeout": "120s"}
    with dask.config.set(no_wait), LocalCluster(**options) as local, Client(local) as client:
        yield client
