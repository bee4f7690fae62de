"""Lazy products: a task for each pair of chunks, whose parts are put in order and folded once."""

from __future__ import annotations

from functools import partial
from itertools import product as every
from math import prod
from typing import Any, SupportsIndex

import dask.array as da
import numpy as np
from dask.base import tokenize
from dask.highlevelgraph import HighLevelGraph

from onedot._core.arrays import as_array
from onedot._core.csr import is_sparse
from onedot._core.dot import fitting
from onedot._core.lazy import refuse_lazy
from onedot._core.matvec import axis_of
from onedot._reference.law import BLOCK
from onedot.dask.chunks import aligned, is_chunked, known
from onedot.dask.forms import OPERANDS, SUMMED, Form, form_of, functions
from onedot.dask.partials import PARTS, Parts
from onedot.levels.refusals import shown

__all__ = ["TIERS", "elementwise", "product"]

TIERS = ("law", "exact", "single")
AT_ONCE = 2**25  # bytes of parts that a task puts together
FAN_IN = 8  # parts that a node of the tree merges: a power of two


def product(tier: str, name: str, a: Any, b: Any, *, axis: SupportsIndex = -1, out: None = None) -> da.Array:
    """The product of this name as a dask array, one of whose operands is one."""
    if tier not in TIERS:
        raise ValueError(f"dask.{name}: tier is {shown(tier)}; want 'law', 'exact' or 'single'")
    names = OPERANDS[name]
    op = f"single.{name}" if tier == "single" else name
    if out is not None:
        raise TypeError(f"{op}: out is given, and an operand is lazy; want no out, as the result is lazy, too")
    operands = [_read(op, given, v) for given, v in zip(names, (a, b), strict=True)]
    function = functions(tier)[name]
    along = axis_of(op, axis)
    keywords = {"axis": along} if name == "vecdot" else {}
    _check_shapes(function, name, operands, keywords)
    dtype = _result_dtype(function, tier, operands)
    if along != -1:
        operands = [_moved(v, along) for v in operands]
    form = form_of(tier, name, operands[0].ndim, operands[1].ndim)
    axes = form.labels[0].index(SUMMED), form.labels[1].index(SUMMED)
    first, second = aligned((operands[0], operands[1]), axes)
    return _dots(form, first, second, dtype)


def elementwise(function: Any, op: str, x: Any, out: None) -> da.Array:
    """What a public function makes of each number of a dask array."""
    if out is not None:
        raise TypeError(f"{op}: out is given, and x is lazy; want no out, as the result is lazy, too")
    if not isinstance(x, da.Array):
        refuse_lazy(op, "x", x)
    meta = function(np.empty((0,) * x.ndim, x.dtype)) if x.ndim else np.empty((), function(np.zeros(1, x.dtype)).dtype)
    return x.map_blocks(_applied, function, dtype=meta.dtype, meta=meta, token=f"onedot-{op}")


def _applied(x: Any, function: Any) -> Any:
    return np.asarray(function(x))


def _read(op: str, name: str, v: Any) -> Any:
    """A dask array of chunks that are known, or an array or a sparse matrix in memory."""
    if is_chunked(op, name, v):
        return known(op, name, v)
    return v if is_sparse(v) else as_array(op, name, v, bfloat16=True)


def _check_shapes(function: Any, name: str, operands: list[Any], keywords: dict[str, Any]) -> None:
    """Have the function in memory say what is wrong with shapes that do not fit."""
    if not _fits(name, [v.shape for v in operands], keywords.get("axis", -1)):
        function(*(np.broadcast_to(np.zeros((), v.dtype), v.shape) for v in operands), **keywords)


def _fits(name: str, shapes: list[tuple[int, ...]], axis: int) -> bool:
    first, second = shapes
    if name == "dot":
        return len(first) == len(second) == 1 and first == second
    if name == "vecdot":
        if not all(-len(shape) <= axis < len(shape) for shape in shapes):
            return False
        first, second = (np.moveaxis(np.broadcast_to(0, shape), axis, -1).shape for shape in shapes)
    form = form_of("law", name, len(first), len(second))
    if min(len(first), len(second)) < 1 or len(form.labels[0]) != len(first) or len(form.labels[1]) != len(second):
        return False
    sizes: dict[int, set[int]] = {}
    for labels, shape in zip(form.labels, (first, second), strict=True):
        for label, n in zip(labels, shape, strict=True):
            sizes.setdefault(label, set()).add(n)
    return len(sizes.pop(SUMMED)) == 1 and all(len(found - {1}) <= 1 for found in sizes.values())


def _result_dtype(function: Any, tier: str, operands: list[Any]) -> np.dtype[Any]:
    """The dtype of the function's results, or its TypeError, from operands without elements."""
    result = function(*(np.empty((0,) * v.ndim, v.dtype) for v in operands))
    if isinstance(result, float):  # of `dot`, which gives Python's numbers
        return np.dtype(np.float32 if tier == "single" else np.float64)
    return np.asarray(result).dtype


def _moved(v: Any, axis: int) -> Any:
    return da.moveaxis(v, axis, -1) if isinstance(v, da.Array) else np.moveaxis(v, axis, -1)


def _dots(form: Form, first: da.Array, second: da.Array, dtype: np.dtype[Any]) -> da.Array:
    """The results, of operands that have the same chunks, which end with blocks."""
    labels, meta = form.labels, np.empty((0,) * len(form.out), dtype)
    name = f"onedot-{form.name}"
    if first.numblocks[labels[0].index(SUMMED)] == 1:
        whole = partial(_whole, form, dtype)
        token = _named(name, form, first, second)
        return da.blockwise(whole, form.out, first, labels[0], second, labels[1], meta=meta, name=token)
    kind = "integers" if dtype == np.int64 else form.tier
    parts = PARTS[kind]
    lengths = {SUMMED: (lambda n: -(-n // BLOCK)) if parts.blocks else (lambda n: 1)}
    held = np.empty((0,) * (1 + len(form.out)), np.float64 if parts.blocks else object)
    found = da.blockwise(
        partial(parts.of, form),
        (SUMMED, *form.out),
        first,
        labels[0],
        second,
        labels[1],
        adjust_chunks=lengths,
        meta=held,
        name=_named(f"{name}-parts", form, first, second),
    )
    return _together(form, kind, found, meta)


def _named(name: str, *what: Any) -> str:
    return f"{name}-{tokenize(*what)}"


def _whole(form: Form, dtype: np.dtype[Any], first: list[Any], second: list[Any]) -> Any:
    """The product of blocks that hold the summed axis whole, each of which is in a list of one."""
    result = form.in_memory(first[0], second[0])
    return np.asarray(fitting(form.op, result) if isinstance(result, int) else result, dtype)[()]


def _together(form: Form, kind: str, found: da.Array, meta: Any) -> da.Array:
    """The results that parts make: a task for each chunk of results, or a tree where that task would hold too much."""
    parts = PARTS[kind]
    most = max(AT_ONCE // (parts.weight * max(prod(map(max, found.chunks[1:])), 1)), 1)
    if found.shape[0] > most:
        width = 1 << max(most // FAN_IN, 1).bit_length() - 1 if parts.blocks else 1
        found = found.rechunk({0: width}, method="tasks") if parts.blocks else found
        while found.numblocks[0] > FAN_IN:
            found = _merged(parts, found, width)
    name = _named(f"onedot-{form.name}", form, found)
    layer = {
        (name, *index): (_result, form, kind, meta.dtype, [(found.name, k, *index) for k in range(found.numblocks[0])])
        for index in every(*map(range, found.numblocks[1:]))
    }
    graph = HighLevelGraph.from_collections(name, layer, dependencies=[found])
    return da.Array(graph, name, found.chunks[1:], meta=meta)


def _merged(parts: Parts, found: da.Array, width: int) -> da.Array:
    """Chunks of parts, of which all but the last have this width, as the fold of the law joins them: k with k + half.

    Its last steps pair chunks far apart, so chunk c of the result is made of every chunk that is c modulo their number.
    """
    count = (1 << (found.numblocks[0] - 1).bit_length()) // FAN_IN
    name = _named("onedot-merged", parts.merged, found, width)
    layer = {
        (name, c, *index): (parts.merged, [(found.name, k, *index) for k in range(c, found.numblocks[0], count)], width)
        for c in range(count)
        for index in every(*map(range, found.numblocks[1:]))
    }
    graph = HighLevelGraph.from_collections(name, layer, dependencies=[found])
    return da.Array(graph, name, ((width,) * count, *found.chunks[1:]), meta=found._meta)


def _result(form: Form, kind: str, dtype: np.dtype[Any], parts: list[Any]) -> Any:
    return PARTS[kind].result(form, PARTS[kind].merged(parts, 1), dtype)[()]  # of a dot a scalar, as Dask's own sums
