"""Where a call falls off: every function by dtype, layout, size and tier, beside what one would write in NumPy.

Functions and NumPy's formulas are those of `--op calls`, and some more. NumPy has nothing that rounds once, so the
exact tier is compared with itself, given copies of its operands in float64: a way of its own for a dtype or a layout is
not to be slower than those.
"""

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from onedot._benchmark.cells import Cell, Walk
from onedot._benchmark.operations import calls
from onedot._benchmark.operations.calls import FLOATS, NONE, NUMBERS, Given, Subject

__all__ = ["CLIFFS", "SIZES", "cells"]

SIZES = (4, 64, 1024, 2**16)
INTEGERS = ("int8", "int32", "bool")
TYPES = ("float64", "float32", "float16", *INTEGERS, "mixed")
MIXED = {"law": ("float32", "float64"), "single": ("float16", "float32"), "exact": ("float32", "float64")}
LISTED = ("float64", "int32", "bool")  # a list of Python's numbers has no other type
PRODUCTS = ("dot", "matvec", "vecmat", "vecdot", "matmul")
BEST = 3  # rows that are looked for


def strided(v: Any) -> Any:
    wide = np.zeros((*v.shape[:-1], 2 * v.shape[-1]), v.dtype)
    wide[..., ::2] = v
    return wide[..., ::2]


def misaligned(v: Any) -> Any:
    odd = np.ndarray(v.shape, v.dtype, np.zeros(v.nbytes + 1, np.uint8).data, 1)
    odd[...] = v
    return odd


LAYOUTS: dict[str, Given] = {
    "C": np.ascontiguousarray,
    "F": np.asfortranarray,
    "reversed": lambda v: np.ascontiguousarray(v[..., ::-1])[..., ::-1],
    "strided": strided,
    "misaligned": misaligned,
    "byte-swapped": lambda v: v.astype(v.dtype.newbyteorder()),
    "list": np.ndarray.tolist,
}


def _laid(dtype: str, layout: str, v: Any) -> Any:
    """An array of float64 within [-1, 1) in a dtype and a layout."""
    typed = v > 0 if dtype == "bool" else (100 * v if dtype in INTEGERS else v).astype(dtype)
    return LAYOUTS[layout](typed)


def _more() -> Iterator[Subject]:
    """What `--op calls` leaves out."""
    yield Subject("matmul", "matmul(A, B)", "A:mn B:nm", "np.matmul(A, B)", NUMBERS)
    share = "(np.vecdot(x, y) / np.vecdot(y, y))[..., None] * y"
    yield Subject("project", "project(x, y)", "x:n y:n", share, FLOATS)
    scores = "np.matmul(X, q)"
    cosines = f"{scores} / (np.sqrt(np.vecdot(X, X)) * np.sqrt(np.vecdot(q, q)))"
    best = f"(s := {{}})[(i := np.argpartition(s, -{BEST})[-{BEST}:])[np.argsort(-s[i])]]"  # and their rows, i
    yield Subject("top_k", f"top_k(X, q, {BEST})[0]", "X:mn q:n", best.format(scores), NUMBERS)
    by_cosine = f"top_k(X, q, {BEST}, metric='cosine')[0]"
    yield Subject("top_k of cosines", by_cosine, "X:mn q:n", best.format(cosines), FLOATS)
    yield Subject("cosines", "cosines(X, q)", "X:mn q:n", cosines, FLOATS)
    yield Subject("distances", "distances(X, q)", "X:mn q:n", "np.linalg.norm(np.subtract(X, q), axis=-1)", FLOATS)
    for name, numpy in (
        ("step", "np.heaviside(x, 1.0)"),
        ("sign", "np.sign(x)"),
        ("log_expit", "-np.logaddexp(0, np.negative(x))"),
    ):
        yield Subject(name, f"{name}(x)", "x:n", numpy, NUMBERS)


def _tiers() -> Iterator[tuple[str, Subject]]:
    """Every function by the name of its tier."""
    law = [subject for subject in (*calls.subjects(), *_more()) if not subject.name.startswith("exact.")]
    for subject in law:
        yield "law", subject
    for tier in ("single", "exact"):
        for subject in law:
            if subject.name in PRODUCTS and f"{tier}_{subject.name}" in calls.NAMES:
                name, call = f"{tier}.{subject.name}", f"{tier}_{subject.call}"
                yield tier, subject._replace(name=name, call=call, wanted=subject.wanted or subject.numpy)


def _types(tier: str, subject: Subject) -> tuple[str, ...]:
    if tier == "single":
        return ("float32", "float16", "mixed")
    return TYPES if "int64" in subject.forms else tuple(dtype for dtype in TYPES if dtype not in INTEGERS)


def _layouts(tier: str, subject: Subject, dtype: str) -> Iterator[str]:
    """Those that are another thing for some operand."""
    for layout in LAYOUTS:
        plain = (layout == "F" and all(len(part.partition(":")[2]) == 1 for part in subject.operands.split())) or (
            layout in ("misaligned", "byte-swapped") and dtype in ("int8", "bool")
        )
        absent = layout == "list" and (dtype not in LISTED or tier == "single")
        alone = tier == "exact" and (dtype, layout) == ("float64", "C")  # its own copy
        if not (plain or absent or alone):
            yield layout


def _rival(tier: str, subject: Subject, dtype: str, layout: str) -> str:
    """What one would write in NumPy: integers that might wrap, and lists, as floats read once, which BLAS takes."""
    names = [part.partition(":")[0] for part in subject.operands.split()]
    if tier == "exact":
        return re.sub(rf"\b({'|'.join(names)})\b", r"np.array(\1, np.float64)", subject.call.format(""))
    of_sums = subject.name in (*PRODUCTS, "top_k")
    as_given = dtype not in ("int8", "bool") if of_sums else dtype not in INTEGERS and layout != "list"
    if subject.made or as_given:
        return subject.numpy
    rival = subject.numpy
    for name in names:
        rival = re.sub(rf"\b{name}\b", f"{name}_", rival)
        rival = re.sub(rf"\b{name}_", f"({name}_ := np.asarray({name}, np.float64))", rival, count=1)
    return rival


def cells(sizes: tuple[int, ...] = SIZES) -> Iterator[Cell]:
    """Every cell of the walk: those of a function together, and of a dtype and a layout."""
    for tier, subject in _tiers():
        for dtype in _types(tier, subject):
            first, last = MIXED[tier] if dtype == "mixed" else (dtype, dtype)
            for layout in _layouts(tier, subject, dtype):
                form = f"{dtype}, {layout}"
                given: tuple[Given, Given] = (partial(_laid, first, layout), partial(_laid, last, layout))
                if subject.made:  # once, of weights that are no matter here
                    given = np.asarray if subject.changes else partial(_laid, first, "C"), given[1]
                rival = {form: _rival(tier, subject, dtype, layout)}
                one = subject._replace(forms={form: given}, batches=NONE, keywords=NONE, instead=rival)
                for make in calls.cells_of(one):
                    for cell in map(make, sizes):
                        yield cell._replace(sums_in="float32" if tier == "single" else "float64")


CLIFFS = Walk("cliffs", cells, below=0.9)
