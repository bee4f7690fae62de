"""The objective of a logistic fit of samples in chunks: sums over blocks of 4096 rows, folded once, as in memory.

A task reads whole blocks and hands on the sums of each. They are put in order and folded as the law folds them, so
value, gradient and Hessian have the bits of those in memory, and the search takes the same steps. Of n samples, d
features and k units the one who searches holds n / 4096 times k * d sums for a gradient, n / 4096 times
(k * d)**2 / 2 for a Hessian.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from onedot._core.environment import in_default_environment
from onedot._entry import dot
from onedot._logistic.objective import Objective, Point, SamplesPoint, columns_of, mirrored, penalised
from onedot._reference.law import BLOCK
from onedot._training.epochs import Floats, Rows, read_rows
from onedot.dask.partials import folded
from onedot.dask.samples import Chunked, gathered, label_tasks, row_ranges
from onedot.dask.tasks import calls, computed, kept, let_go

__all__ = ["Blocks", "ChunkedObjective"]


def total(sums: Any) -> Any:
    """What the sums of all blocks, in order, are together: a number, or an array of its own."""
    return folded([np.array(sums)], 1)[0]


def block_bounds(chunks: Sequence[int], n: int) -> list[int]:
    """Where chunks end, moved on to where a block of rows does."""
    ends = -(-np.cumsum(chunks) // BLOCK) * BLOCK
    return sorted({0, *np.minimum(ends, n).tolist()})


class Part(NamedTuple):
    """Whole blocks of the samples, and what is known of each."""

    op: str
    rows: Rows
    blocks: list[tuple[Rows, Rows | None]]  # each block, and its columns if it is sparse
    codes: NDArray[np.intp]
    weights: Floats

    def objective(self, given: Given) -> Objective:
        """That of these samples alone."""
        weights = self.weights * given.factors[self.codes] / given.total
        return Objective(self.op, self.rows, None, self.codes, weights, 0.0, given.bias, given.units)


class Given(NamedTuple):
    """What is known of all samples."""

    factors: Floats  # by which the weights of each class are multiplied
    total: float  # of the weights, then
    bias: bool
    units: int


class Blocks:
    """The samples in parts of whole blocks, and what is added up over them."""

    def __init__(self, op: str, samples: Chunked, classes: NDArray[Any]) -> None:
        self.n = samples.shape[0]
        bounds = block_bounds(samples.X.chunks[0], self.n)
        self._centre: Floats | None = None
        self._labels = kept(label_tasks(classes, samples, bounds))
        names = [f"{op}, rows from {first}" if first else op for first in bounds]
        self._rows: list[tuple[Any, ...]] = list(zip(names, row_ranges(samples.X, bounds), strict=False))
        self._kept = hasattr(samples.X._meta, "tocsr")
        if self._kept:  # whose columns take longer to find than a gradient
            self._rows = [(rows,) for rows in kept(calls(_read, None, 0, self._rows))]

    def class_weights(self, classes: int) -> list[float]:
        """What the samples of each class weigh together."""
        found = computed(calls(_class_weights, classes, 0, [(labels,) for labels in self._labels]))
        sums = np.concatenate(found)
        return [float(of_class) for of_class in total(sums)]

    def weighed(self, factors: Floats) -> float:
        """What all samples weigh, by factors of their classes."""
        found = computed(calls(_weighed, factors, 0, [(labels,) for labels in self._labels]))
        return float(total(np.concatenate(found)))

    def each(self, function: Callable[..., Any], *arguments: Any) -> list[Any]:
        """The function of every part, and of these arguments."""
        return self._of(slice(None), function, arguments)

    def first(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """The same of the first part alone."""
        return self._of(slice(1), function, arguments)[0]

    def _of(self, parts: slice, function: Callable[..., Any], arguments: tuple[Any, ...]) -> list[Any]:
        size = sum(each.nbytes for each in (*arguments, self._centre) if isinstance(each, np.ndarray))
        each = [(labels, *rows) for rows, labels in zip(self._rows[parts], self._labels[parts], strict=True)]
        of = _of_rows if self._kept else _of_chunks
        return computed(calls(of, (function, arguments, self._centre), size, each))

    def moved(self, centre: Floats) -> Blocks | None:
        """The same samples, from each of which this is taken away; None of sparse ones, which would not be sparse."""
        if self._kept:
            return None
        found = copy(self)
        found._centre = centre
        return found

    def release(self) -> None:
        """Let go of what workers hold."""
        let_go([*self._labels, *(rows[0] for rows in self._rows if self._kept)])
        self._labels, self._rows = [], []


class ChunkedObjective(NamedTuple):
    """What is minimised, as `Objective` is, of samples elsewhere."""

    op: str
    blocks: Blocks
    given: Given
    features: int
    ridge: float

    @property
    def bias(self) -> bool:
        return self.given.bias

    @property
    def units(self) -> int:
        return self.given.units

    @property
    def shape(self) -> tuple[int, int]:
        return self.units, self.features + self.bias

    def at(self, W: Floats) -> ChunkedPoint:
        return ChunkedPoint(self, W)

    def penalised(self, W: Floats) -> Floats:
        return penalised(W, self.bias)

    def finite(self, values: Floats) -> Floats:
        """The same, if all are finite: of margins, parts have said so."""
        if not np.isfinite(values).all():
            raise OverflowError(f"{self.op}: numbers overflow; want X on a smaller scale")
        return values

    def column_sizes(self) -> Floats:
        """The greatest magnitude in each column of (1, X)."""
        sizes: Floats = np.max(self.blocks.each(_column_sizes, self.given), axis=0)
        return sizes

    def moments(self) -> Floats:
        """sum_i s_i z_i z_i' with z = (1, x)."""
        return mirrored(total([block for part in self.blocks.each(_moments, self.given) for block in part]))

    def even_moments(self) -> Floats:
        """The mean of z_i z_i'."""
        parts = self.blocks.each(_even_moments, self.blocks.n, self.given)
        return mirrored(total([block for part in parts for block in part]))

    def centred(self) -> ChunkedObjective | None:
        """That of the same samples about their mean; None where that is another problem, or of sparse samples."""
        blocks = self.blocks.moved(self.moments()[0, 1:]) if self.bias else None
        return None if blocks is None else self._replace(blocks=blocks)

    def squares(self) -> Floats:
        """sum_i s_i x_i**2, of each feature."""
        squares: Floats = total([block for part in self.blocks.each(_squares, self.given) for block in part])
        return squares

    def block_squares(self) -> Floats:
        """Those of the first 4096 rows."""
        squares: Floats = self.blocks.first(_first_squares, self.given)
        return squares


class ChunkedPoint(Point):
    """A point whose sums over the samples are those over blocks, folded. X is read once for value and gradient."""

    def __init__(self, objective: ChunkedObjective, W: Floats) -> None:
        super().__init__(objective, W)
        parts = objective.blocks.each(_losses_and_slopes, objective.given, W)
        self._losses: list[float] = [loss for losses, _ in parts for loss in losses]
        self._slopes: list[Floats] = [slopes for _, of_blocks in parts for slopes in of_blocks]

    @cached_property
    def loss(self) -> float:
        return float(total(self._losses))

    @cached_property
    def slopes(self) -> Floats:
        slopes: Floats = total(self._slopes)
        return slopes

    @cached_property
    def _grams(self) -> list[list[Floats]]:
        """Of each block, those of each pair of units."""
        return [block for part in self.objective.blocks.each(_grams, self.objective.given, self.W) for block in part]

    def gram(self, a: int, b: int) -> Floats:
        return mirrored(total([block[a * (a + 1) // 2 + b] for block in self._grams]))

    def diagonal(self) -> Floats:
        parts = self.objective.blocks.each(_diagonals, self.objective.given, self.W)
        diagonals: Floats = total([block for part in parts for block in part])
        return diagonals


def _of_rows(given: tuple[Callable[..., Any], Any, None], labels: Any, rows: Any) -> Any:
    """The function of some arguments and of a part that is kept."""
    function, arguments, _ = given
    return function(arguments, rows, labels)


def _of_chunks(given: tuple[Callable[..., Any], Any, Floats | None], labels: Any, op: str, parts: list[Any]) -> Any:
    """The same of the chunks that a part is made of, in one task."""
    function, arguments, centre = given
    return function(arguments, _read(centre, op, parts), labels)


def _read(centre: Floats | None, op: str, parts: list[Any]) -> tuple[str, Rows, list[tuple[Rows, Rows | None]]]:
    rows = read_rows(op, gathered(parts))
    if centre is not None:
        rows = rows._replace(parts=np.subtract(rows.parts, centre, dtype=np.float64))
    starts = [*range(0, rows.n, BLOCK), rows.n]
    blocks = [rows.between(a, b) for a, b in pairwise(starts)]
    return op, rows, [(block, columns_of(block)) for block in blocks]


def _ranges(n: int) -> list[slice]:
    return [slice(first, first + BLOCK) for first in range(0, n, BLOCK)]


def _class_weights(classes: int, labels: tuple[NDArray[np.intp], Floats]) -> Floats:
    """(blocks, classes): what the samples of each class weigh in each block."""
    codes, weights = labels
    return np.array(
        [[dot(weights[s], (codes[s] == c).astype(np.float64)) for c in range(classes)] for s in _ranges(len(codes))]
    )


def _weighed(factors: Floats, labels: tuple[NDArray[np.intp], Floats]) -> Floats:
    """(blocks,): what the samples of each block weigh."""
    codes, weights = labels
    scaled = weights * factors[codes]
    return np.array([dot(scaled[s], np.ones(len(scaled[s]))) for s in _ranges(len(codes))])


def _point(given: Given, W: Floats, rows: Any, labels: Any) -> tuple[Part, SamplesPoint]:
    part = Part(*rows, *labels)
    return part, part.objective(given).at(W)


@np.errstate(all="ignore")
@in_default_environment
def _losses_and_slopes(arguments: tuple[Given, Floats], rows: Any, labels: Any) -> tuple[list[float], list[Floats]]:
    """The loss and the slopes of each block."""
    part, point = _point(*arguments, rows, labels)
    objective, ranges = point.objective, _ranges(part.rows.n)
    losses = [dot(objective.weights[s], point.losses[s]) for s in ranges]
    residuals = point.residuals
    slopes = [
        objective._replace(rows=block, columns=columns).sums(np.ascontiguousarray(residuals[:, s]))
        for s, (block, columns) in zip(ranges, part.blocks, strict=True)
    ]
    return losses, slopes


@np.errstate(all="ignore")
@in_default_environment
def _grams(arguments: tuple[Given, Floats], rows: Any, labels: Any) -> list[list[Floats]]:
    """The lower halves of the Gram matrices of each block, for each pair of units."""
    part, point = _point(*arguments, rows, labels)
    k = point.objective.units
    curvatures = [point.curvature(a, b) for a in range(k) for b in range(a + 1)]
    return [
        [point.objective.block_gram(first, curvature) for curvature in curvatures]
        for first in range(0, part.rows.n, BLOCK)
    ]


@np.errstate(all="ignore")
@in_default_environment
def _diagonals(arguments: tuple[Given, Floats], rows: Any, labels: Any) -> list[Floats]:
    """What each block adds to the diagonals of each unit."""
    part, point = _point(*arguments, rows, labels)
    weighed = point.weighed()
    return [np.stack([of.block_diagonal(first) for of in weighed]) for first in range(0, part.rows.n, BLOCK)]


@np.errstate(all="ignore")
@in_default_environment
def _moments(arguments: tuple[Given], rows: Any, labels: Any) -> list[Floats]:
    """The lower half of each block's."""
    part = Part(*rows, *labels)
    objective = part.objective(*arguments)
    return [objective.block_gram(first, objective.weights) for first in range(0, part.rows.n, BLOCK)]


@np.errstate(all="ignore")
@in_default_environment
def _even_moments(arguments: tuple[int, Given], rows: Any, labels: Any) -> list[Floats]:
    """The lower half of each block's, of samples that all weigh the same."""
    n, given = arguments
    part = Part(*rows, *labels)
    even = np.full(part.rows.n, 1.0 / n)
    return [part.objective(given).block_gram(first, even) for first in range(0, part.rows.n, BLOCK)]


@np.errstate(all="ignore")
@in_default_environment
def _squares(arguments: tuple[Given], rows: Any, labels: Any) -> list[Floats]:
    """Those of each block."""
    part = Part(*rows, *labels)
    objective = part.objective(*arguments)
    return [objective.block_squares(first) for first in range(0, part.rows.n, BLOCK)]


@np.errstate(all="ignore")
@in_default_environment
def _first_squares(arguments: tuple[Given], rows: Any, labels: Any) -> Floats:
    return Part(*rows, *labels).objective(*arguments).block_squares()


def _column_sizes(arguments: tuple[Given], rows: Any, labels: Any) -> Floats:
    return Part(*rows, *labels).objective(*arguments).column_sizes()
