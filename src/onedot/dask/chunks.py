"""Chunks that end where a block of the law does along the summed axis: others are split there, rather than joined."""

from __future__ import annotations

from itertools import accumulate, pairwise
from itertools import product as every
from math import prod
from typing import Any

import dask.array as da
from dask.base import tokenize

from onedot._core.csr import is_sparse
from onedot._core.lazy import is_lazy, refuse_lazy
from onedot._reference.law import BLOCK

__all__ = ["aligned", "check_known", "is_chunked", "known"]

LARGE = 2**27  # bytes of a chunk beyond which others that grow with blocks are made no larger: Dask's own default


def is_chunked(op: str, name: str, v: Any) -> bool:
    """Whether v is a dask array. TypeError if it is lazy and something else, which NumPy would load whole."""
    if isinstance(v, da.Array):
        return True
    if is_lazy(v) and hasattr(type(v), "to_dask_array"):
        raise TypeError(f"{op}: {name} is dask's {type(v).__name__}; want {name}.to_dask_array(lengths=True)")
    refuse_lazy(op, name, v)
    return False


def check_known(op: str, name: str, shape: tuple[float, ...]) -> None:
    """ValueError if a chunk along one of these lengths of an array is of a size that only computing it would tell."""
    if any(size != size for size in shape):  # NaN
        raise ValueError(
            f"{op}: {name} has chunks of unknown sizes; want them known, as {name}.compute_chunk_sizes() makes them"
        )


def known(op: str, name: str, v: da.Array) -> da.Array:
    """v without chunks of no elements, beside which Dask finds no chunks common to two arrays; all of known sizes."""
    check_known(op, name, v.shape)
    empty = [axis for axis, sizes in enumerate(v.chunks) if 0 in sizes and len(sizes) > 1]
    return (
        v.rechunk({axis: tuple(filter(None, v.chunks[axis])) or (0,) for axis in empty}, method="tasks") if empty else v
    )


def aligned(operands: tuple[Any, Any], axes: tuple[int, int]) -> tuple[da.Array, da.Array]:
    """Two operands with the same chunks along the axes that are summed, each end of which is one of a block."""
    n = operands[0].shape[axes[0]]
    lazy = [isinstance(v, da.Array) for v in operands]
    ends = {n}
    for i, (v, axis) in enumerate(zip(operands, axes, strict=True)):
        if lazy[i] and not (lazy[1 - i] and _is_small(v, operands[1 - i])):
            ends |= _ends(v.chunks[axis], n)
    sizes = tuple(b - a for a, b in pairwise(sorted({0} | ends))) or (0,)
    first, second = (_with_chunks(v, axis, sizes) for v, axis in zip(operands, axes, strict=True))
    return first, second


def _largest(v: da.Array) -> int:
    """Bytes of the largest chunk."""
    size: int = prod(map(max, v.chunks)) * v.dtype.itemsize
    return size


def _is_small(v: da.Array, other: da.Array) -> bool:
    """Whether all of v is no larger than a chunk of the other operand, so that it need not split those."""
    return bool(v.nbytes <= _largest(other))


def _ends(sizes: tuple[int, ...], n: int) -> set[int]:
    """Ends of chunks: one within a block gives way to the ends of that block, which is a chunk of its own then.

    So most of a chunk is a view of it, and only blocks that it shares with its neighbour are copied.
    """
    ends = accumulate(sizes)
    return {min(multiple, n) for end in ends for multiple in (end // BLOCK * BLOCK, -(-end // BLOCK) * BLOCK)} - {0}


def _in_chunks(v: Any, chunks: tuple[tuple[int, ...], ...]) -> da.Array:
    """What is in memory as a dask array: of what nobody can write to, such as a file that is mapped, without a copy."""
    if is_sparse(v) or v.flags.writeable:
        return da.from_array(v, chunks=chunks, asarray=False, meta=v[(slice(0, 0),) * v.ndim])
    name = f"onedot-views-{tokenize(v, chunks)}"
    indices = every(*(range(len(sizes)) for sizes in chunks))
    views = {(name, *index): v[at] for index, at in zip(indices, da.core.slices_from_chunks(chunks), strict=True)}
    return da.Array(views, name, chunks, meta=v[(slice(0, 0),) * v.ndim])


def _with_chunks(v: Any, axis: int, sizes: tuple[int, ...]) -> da.Array:
    """v with chunks of these sizes along an axis; along others they shrink where whole blocks would make them large."""
    if not isinstance(v, da.Array):
        others = "auto" if getattr(v, "nbytes", 0) > LARGE else -1
        whole = tuple(sizes if i == axis else others for i in range(v.ndim))
        return _in_chunks(v, da.core.normalize_chunks(whole, v.shape, dtype=v.dtype))
    before = max(v.chunks[axis])
    if v.chunks[axis] == sizes:
        return v
    grown = max(sizes) > before and _largest(v) // before * max(sizes) > LARGE
    chunks = {i: sizes if i == axis else "auto" for i in range(v.ndim) if grown or i == axis}
    return v.rechunk(chunks, block_size_limit=LARGE, method="tasks")
