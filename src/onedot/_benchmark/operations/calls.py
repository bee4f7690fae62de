"""What a call costs: each function in each form in which people call it, beside the call of NumPy in its place.

A subject is a function, its operands, as letters for their axes, and the calls that are timed. A form is how operands
are given, or a keyword, or another shape. The exact functions are shown without a rival: NumPy has nothing that rounds
once, and something less exact would say nothing of them.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

import onedot
from onedot import activations, exact, geometry, search, single
from onedot._benchmark.cells import Cell, Walk
from onedot._benchmark.vectors import on_a_line, ordinary

__all__ = ["CALLS", "FLOATS", "NONE", "NUMBERS", "SIZES", "Given", "Subject", "cells", "cells_of", "subjects"]

SIZES = (4, 64, 1024)
MOST_ROWS = 64  # of a matrix, so that the call is what costs, and not memory
MOST = 2**18  # elements of it
AXES = {"s": 8, "t": 2}  # of stacks; n is the size, m rows of a matrix

Given = Callable[[Any], Any]
"""An operand as a form has it, from an array of float64."""


def narrow(v: Any) -> Any:
    return v.astype(np.float32)


def half(v: Any) -> Any:
    return v.astype(np.float16)


def integers(v: Any) -> Any:
    return (100 * v).astype(np.int64)


def bools(v: Any) -> Any:
    return v > 0


def backwards(v: Any) -> Any:
    return v[..., ::-1]


Forms = Mapping[str, tuple[Given, Given]]
"""How all operands but the last are given, and how the last is."""

wide, lists, transposed = np.asarray, np.ndarray.tolist, np.asfortranarray
FLOATS: Forms = {
    "plain": (wide, wide),
    "float32": (narrow, narrow),
    "float16": (half, half),
    "backwards": (backwards, backwards),
}
NUMBERS: Forms = {**FLOATS, "int64": (integers, integers), "lists": (lists, lists)}
MIXED: Forms = {
    "float32, float64": (narrow, wide),
    "float64, int64": (wide, integers),
    "float64, bool": (wide, bools),
    "array, list": (wide, lists),
}
BOOL: Forms = {"bool": (bools, bools)}
OF_A_LIST = "list of arrays"  # a batch given as such

Calls = Mapping[str, tuple[str, str]]
NONE: Mapping[str, Any] = MappingProxyType({})


class Subject(NamedTuple):
    """A function, what it is given and the NumPy call that one would write instead."""

    name: str
    call: str  # of onedot's function; {} is where keywords go
    operands: str
    numpy: str  # empty where nothing compares
    forms: Forms
    wanted: str = ""  # NumPy's formula for all shapes, if it is not `numpy`
    batches: Calls = NONE  # operands of other shapes, and NumPy's call
    keywords: Calls = NONE  # what is added, and NumPy's call
    instead: Mapping[str, str] = NONE  # NumPy's call of a form where `numpy` would be wrong
    made: Mapping[str, str] = NONE  # what is made of the operands before the call
    changes: str = ""  # the operand that is changed in place


COSINE = "np.vecdot(x, y) / (np.sqrt(np.vecdot(x, x)) * np.sqrt(np.vecdot(y, y)))"
POWERS = "(e := np.exp(np.subtract(x, np.max(x, axis=-1, keepdims=True))))"
SHARES = f"{POWERS}, np.sum(e, axis=-1, keepdims=True)"
# NumPy has matvec and vecmat since 2.2.
MATVEC = "np.matvec(A, x)" if hasattr(np, "matvec") else "np.einsum('...ij,...j->...i', A, x)"
VECMAT = "np.vecmat(x, A)" if hasattr(np, "vecmat") else "np.einsum('...i,...ij->...j', x, A)"
KEPT = ", keepdims=True"
RATE = 2.0**-34  # changes weights, and too little for a mistake to end while it is timed


def _batches(numpy: str) -> Calls:
    """Those of a function of two vectors, of which NumPy has one call."""
    shapes = {"stack": "x:sn y:sn", "broadcast": "x:sn y:n", "two axes": "x:tsn y:sn", OF_A_LIST: "y:n x:sn"}
    return {form: (operands, numpy) for form, operands in shapes.items()}


def _products() -> Iterator[Subject]:
    yield Subject(
        "dot",
        "dot(x, y)",
        "x:n y:n",
        "np.dot(x, y)",
        {**NUMBERS, **MIXED, **BOOL},
        instead={"bool": "np.count_nonzero(x & y)"},
    )
    yield Subject(
        "matvec",
        "matvec(A, x{})",
        "A:mn x:n",
        "np.matmul(A, x)",
        {**NUMBERS, **MIXED, **BOOL, "transposed": (transposed, wide)},
        wanted="np.einsum('...ij,...j->...i', A, x)",
        batches={
            "stack": ("A:smn x:sn", MATVEC),
            "broadcast": ("A:smn x:n", "np.matmul(A, x)"),
            "a batch of x": ("A:mn x:sn", "np.matmul(x, A.T)"),
            "two axes": ("A:mn x:tsn", "np.matmul(x, A.T)"),
            OF_A_LIST: ("A:mn x:sn", "np.matmul(x, A.T)"),
        },
        keywords={"out=": (", out=out", "np.matmul(A, x, out=out)")},
        instead={"bool": "np.matmul(A, x, dtype=np.int64)"},
    )
    yield Subject(
        "vecmat",
        "vecmat(x, A{})",
        "x:m A:mn",
        "np.matmul(x, A)",
        {**NUMBERS, **MIXED, **BOOL, "transposed": (wide, transposed)},
        wanted="np.einsum('...i,...ij->...j', x, A)",
        batches={"stack": ("x:sm A:smn", VECMAT), OF_A_LIST: ("x:m A:mn", "np.matmul(x, A)")},
        keywords={"out=": (", out=out", "np.matmul(x, A, out=out)")},
        instead={"bool": "np.matmul(x, A, dtype=np.int64)"},
    )
    yield Subject(
        "vecdot",
        "vecdot(x, y{})",
        "x:n y:n",
        "np.vecdot(x, y)",
        {**NUMBERS, **MIXED, **BOOL},
        batches={**_batches("np.vecdot(x, y)"), "stack, out=": ("x:sn y:sn out:s", "np.vecdot(x, y, out=out)")},
        instead={"bool": "np.vecdot(x, y, dtype=np.int64)"},
    )
    yield Subject("exact.dot", "exact_dot(x, y)", "x:n y:n", "", {**NUMBERS, **MIXED}, wanted="np.dot(x, y)")
    yield Subject(
        "exact.matvec", "exact_matvec(A, x{})", "A:mn x:n", "", {**NUMBERS, **MIXED}, wanted="np.matmul(A, x)"
    )


def _measures() -> Iterator[Subject]:
    norm, rows = "np.linalg.norm(x{})", "np.linalg.norm(x, axis=-1)"
    yield Subject(
        "norm",
        "norm(x{})",
        "x:n",
        norm.format(""),
        NUMBERS,
        wanted="np.sqrt(np.vecdot(x, x))",
        batches={"stack": ("x:sn", rows), OF_A_LIST: ("x:sn", rows)},
        keywords={"keepdims=": (KEPT, norm.format(KEPT))},
    )
    angle, sign = f"np.arccos({COSINE})", "np.sign(np.vecdot(x, y))"
    for name, numpy, keyword in (("cosine", COSINE, ", zero='nan'"), ("angle", angle, ", zero='nan'")):
        yield _measure(name, numpy, {"zero=": (keyword, numpy)})
    yield _measure("alignment", sign, {})


def _measure(name: str, numpy: str, keywords: Calls) -> Subject:
    kept = {"keepdims=": (KEPT, f"np.expand_dims({numpy}, -1)")}
    call, forms = f"{name}(x, y{{}})", {**NUMBERS, **MIXED}
    forms.pop("float64, bool")  # as NumPy's product of bools is none of numbers
    return Subject(name, call, "x:n y:n", numpy, forms, batches=_batches(numpy), keywords={**keywords, **kept})


def _activations() -> Iterator[Subject]:
    for name, numpy, into in (
        ("exp", "np.exp(x)", "np.exp(x, out=out)"),
        ("tanh", "np.tanh(x)", "np.tanh(x, out=out)"),
        ("sigmoid", "1 / (1 + np.exp(np.negative(x)))", "np.divide(1, 1 + np.exp(np.negative(x)), out=out)"),
        ("relu", "np.maximum(x, 0)", "np.maximum(x, 0, out=out)"),
        ("softplus", "np.logaddexp(x, 0)", "np.logaddexp(x, 0, out=out)"),
        ("softmax", f"np.divide({SHARES})", f"np.divide({SHARES}, out=out)"),
    ):
        batches = {"stack": ("x:sn", numpy), OF_A_LIST: ("x:sn", numpy)}
        keywords = {"out=": (", out=out", into)}
        yield Subject(name, f"{name}(x{{}})", "x:n", numpy, NUMBERS, batches=batches, keywords=keywords)


def _units() -> Iterator[Subject]:
    """What is made once and called often; updates, of a sample that is right or wrong each time."""
    forms = {**FLOATS, **MIXED}
    layer = "np.tanh(np.matmul(x, W.T) + b)"
    yield Subject(
        "Layer",
        "layer(x{})",
        "W:mn b:m x:n",
        layer,
        forms,
        batches=dict.fromkeys(("stack", OF_A_LIST), ("W:mn b:m x:sn", layer)),
        keywords={"out=": (", out=out", "np.tanh(np.matmul(x, W.T) + b, out=out)")},
        made={"layer": "onedot.Layer(W, b, 'tanh')"},
    )
    sums = "np.matmul(x, w) + 0.5"
    for method, numpy in (("side", f"np.sign({sums})"), ("distance", f"({sums}) / np.linalg.norm(w)")):
        batches = {"stack": ("w:n x:sn", numpy), OF_A_LIST: ("w:n x:sn", numpy)}
        made = {"plane": "onedot.Hyperplane(w, 0.5)"}
        yield Subject(f"Hyperplane.{method}", f"plane.{method}(x)", "w:n x:n", numpy, forms, batches=batches, made=made)
    wide_weights = {form: (wide, given[1]) for form, given in forms.items() if not form.startswith("float32,")}
    for name, signs in (("update, right", "1, -1"), ("update, wrong", "-1, 1")):
        numpy = f"y * np.dot(w, x) <= 0 and np.add(w, np.multiply({RATE} * y, x), out=w)"
        made = {"y": f"({signs})[int(np.dot(w, x) < 0)]"}
        call, wanted = f"update(w, x, y, rate={RATE})", f"w + (y * np.dot(w, x) <= 0) * {RATE} * y * x"
        yield Subject(name, call, "w:n x:n", numpy, wide_weights, wanted, made=made, changes="w")


NAMES: dict[str, Any] = {
    "np": np,
    "onedot": onedot,
    "dot": onedot.dot,
    "matvec": onedot.matvec,
    "matmul": onedot.matmul,
    "vecmat": onedot.vecmat,
    "vecdot": onedot.vecdot,
    **{
        f"{tier}_{name}": getattr(of, name)
        for tier, of in (("single", single), ("exact", exact))
        for name in ("dot", "matvec", "vecmat", "vecdot", "matmul")
        if hasattr(of, name)
    },
    "update": onedot.perceptron_update,
    **{name: getattr(search, name) for name in ("top_k", "cosines", "distances")},
    **{name: getattr(geometry, name) for name in ("norm", "cosine", "angle", "project", "alignment")},
    **{
        name: getattr(activations, name)
        for name in ("exp", "tanh", "sigmoid", "relu", "softplus", "softmax", "step", "sign", "log_expit")
    },
}
"""What the calls name: functions of onedot by names of their own, as after `from onedot import dot`."""


def _operands(operands: str, given: tuple[Given, Given], n: int) -> dict[str, Any]:
    lengths = {"n": n, "m": min(n, MOST_ROWS, MOST // n), **AXES}
    parts = [part.split(":") for part in operands.split()]
    last = next(name for name, _ in reversed(parts) if name != "out")
    return {
        name: given[name == last](on_a_line(ordinary(tuple(lengths[axis] for axis in axes), "float64", 16 * n + place)))
        for place, (name, axes) in enumerate(parts)
    }


def _names(subject: Subject, operands: str, given: tuple[Given, Given], n: int, out: bool) -> dict[str, Any]:
    """What the expressions of a cell name, made anew each time."""
    names = NAMES | _operands(operands, given, n)
    for name, expression in subject.made.items():
        names[name] = eval(expression, dict(names))
    if out:
        names["out"] = np.empty_like(eval(subject.call.format(""), dict(names)))
    return names


def cells_of(subject: Subject) -> Iterator[Callable[[int], Cell]]:
    """What makes the cell of each form for a size."""

    def cell(form: str, operands: str, given: tuple[Given, Given], keywords: str, numpy: str) -> Callable[[int], Cell]:
        return lambda n: Cell(
            subject.name,
            form,
            n,
            partial(_names, subject, operands, given, n, "out=" in keywords and "out:" not in operands),
            tuple(part.partition(":")[0] for part in operands.split()),
            subject.call.format(keywords),
            numpy,
            subject.wanted or subject.numpy,
            subject.changes,
        )

    plain = wide, wide
    for form, given in subject.forms.items():
        yield cell(form, subject.operands, given, "", subject.instead.get(form, subject.numpy))
    for form, (keywords, numpy) in subject.keywords.items():
        yield cell(form, subject.operands, plain, keywords, numpy)
    for form, (operands, numpy) in subject.batches.items():
        given = (wide, list) if form == OF_A_LIST else plain
        yield cell(form, operands, given, ", out=out" if "out:" in operands else "", numpy)


def subjects() -> Iterator[Subject]:
    """Every function, those of a kind together."""
    for of_kind in (_products(), _measures(), _activations(), _units()):
        yield from of_kind


def cells(sizes: tuple[int, ...] = SIZES) -> Iterator[Cell]:
    """Every cell of the walk: those of a function together, and of a form."""
    for subject in subjects():
        for make in cells_of(subject):
            yield from map(make, sizes)


CALLS = Walk("calls", cells)
