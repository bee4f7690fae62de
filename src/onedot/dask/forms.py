"""Which axes of two operands a product sums over, and how blocks of them become calls of a function in memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from onedot import _entry
from onedot._core.arrays import as_float64
from onedot._core.csr import is_sparse
from onedot._core.environment import in_default_environment
from onedot._core.exact import EXACT
from onedot._core.matvec import vecmat_by

__all__ = ["OPERANDS", "SUMMED", "Form", "form_of", "functions"]

SUMMED, ROWS, COLUMNS, LEADING = range(4)  # labels of axes; leading ones are counted from the last of them

OPERANDS = {"dot": ("x", "y"), "vecdot": ("X", "Y"), "matvec": ("A", "x"), "vecmat": ("x", "A"), "matmul": ("A", "B")}


@in_default_environment
def _exact_vecmat(x: Any, A: Any, out: NDArray[Any] | None = None) -> Any:
    return vecmat_by(EXACT, x, A, out)


def functions(tier: str) -> dict[str, Callable[..., Any]]:
    """The products in memory of a tier, by their names."""
    prefix = "" if tier == "law" else f"{tier}_"
    found = {op: getattr(_entry, prefix + op, None) for op in OPERANDS}
    return {op: function or _exact_vecmat for op, function in found.items()}


class Form(NamedTuple):
    """A product of operands each of whose axes has a label: they meet, and are broadcast, where labels are the same."""

    tier: str
    name: str  # of the function
    called: str  # of the function that takes a stack of such products
    labels: tuple[tuple[int, ...], tuple[int, ...]]
    out: tuple[int, ...]

    @property
    def op(self) -> str:
        """What errors call it."""
        return f"single.{self.name}" if self.tier == "single" else self.name

    @property
    def names(self) -> tuple[str, str]:
        return OPERANDS[self.name]

    def in_memory(self, first: Any, second: Any) -> Any:
        """The product of two blocks."""
        return functions(self.tier)[self.name](first, second)

    def stacked(self, first: Any, second: Any, **out: Any) -> Any:
        """The products of two stacks."""
        return functions(self.tier)[self.called](first, second, **out)

    def sizes(self, first: Any, second: Any) -> tuple[int, tuple[int, ...]]:
        """How many elements are summed, and the shape of the result, of two blocks."""
        size: dict[int, int] = {}
        for labels, v in zip(self.labels, (first, second), strict=True):
            for label, n in zip(labels, v.shape, strict=True):
                size[label] = n if size.get(label, 1) == 1 else size[label]
        return size[SUMMED], tuple(size[label] for label in self.out)

    def stacks(self, first: Any, second: Any, span: slice, count: int) -> list[NDArray[Any]]:
        """Views of a span of the summed axis as so many spans, along a new first axis."""
        views = []
        for labels, v in zip(self.labels, (first, second), strict=True):
            axis = labels.index(SUMMED)
            part = v[(slice(None),) * axis + (span,)]
            part = part.reshape(*part.shape[:axis], count, part.shape[axis] // count, *part.shape[axis + 1 :])
            leading = sum(label >= LEADING for label in self.out) - sum(label >= LEADING for label in labels)
            views.append(np.expand_dims(np.moveaxis(part, axis, 0), tuple(range(1, 1 + leading))))
        return views

    def columns(self, first: Any, second: Any, span: slice, dtype: np.dtype[Any]) -> list[Any]:
        """A span of the summed axis of two blocks, one of them sparse; the other one's numbers are widened."""
        parts = [
            v[(slice(None),) * labels.index(SUMMED) + (span,)]
            for labels, v in zip(self.labels, (first, second), strict=True)
        ]
        return [
            v if is_sparse(v) else as_float64(self.op, name, np.asarray(v)).astype(dtype)
            for name, v in zip(self.names, parts, strict=True)
        ]

    def rows(self, first: NDArray[Any], second: NDArray[Any]) -> list[NDArray[Any]]:
        """Views of two blocks with the axes of the result, and the summed one last."""
        n, shape = self.sizes(first, second)
        views = []
        for labels, v in zip(self.labels, (first, second), strict=True):
            order = [label for label in (*self.out, SUMMED) if label in labels]
            v = v.transpose([labels.index(label) for label in order])
            absent = [i for i, label in enumerate(self.out) if label not in labels]
            views.append(np.broadcast_to(np.expand_dims(v, absent), (*shape, n)))
        return views


def form_of(tier: str, name: str, a: int, b: int) -> Form:
    """The form of the function of this name, of operands of a and b axes."""
    called = name
    if name == "matmul" and 1 in (a, b):
        called = "vecdot" if a == b else "vecmat" if a == 1 else "matvec"
    called = "vecdot" if called == "dot" else called
    rows = (ROWS,) if called in ("matvec", "matmul") else ()
    columns = (COLUMNS,) if called in ("vecmat", "matmul") else ()
    leading = a - 1 - len(rows), b - 1 - len(columns)
    batches = [tuple(range(LEADING + n - 1, LEADING - 1, -1)) for n in leading]
    labels = (*batches[0], *rows, SUMMED), (*batches[1], SUMMED, *columns)
    return Form(tier, name, called, labels, (*max(batches, key=len), *rows, *columns))
