"""A user's program for dask arrays, checked as program.py is where Dask, which has types of its own, is installed."""

# pyright: strict, reportUnknownMemberType=false

from typing import assert_type

import dask.array as da
import numpy as np

import onedot


def products(A: da.Array) -> None:
    assert_type(onedot.dask.matvec(A, np.ones(3)), da.Array)
    assert_type(onedot.dask.matmul(A, np.ones((3, 2)), tier="exact"), da.Array)
    assert_type(onedot.dask.top_k(A, np.ones(3), 2, metric="cosine"), tuple[da.Array, da.Array])
