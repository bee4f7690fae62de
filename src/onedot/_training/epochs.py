"""Epochs of training over the rows of a matrix, dense or CSR: what the functions and the estimators share.

An epoch runs in pieces, between which Ctrl-C is heard. It works on copies: where it ends in an error or is
interrupted, nothing has changed.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from onedot import levels
from onedot._core.arrays import as_array, as_float64, fits_float64, is_integer
from onedot._core.attributes import floats_of
from onedot._core.csr import Parts, canonical, csc_parts, csr_parts, is_csc, is_csr, is_sparse
from onedot._core.csr_products import (
    MOST_UNITS,
    Placed,
    are_wide,
    as_wide,
    csr_dots,
    csr_slice,
    for_each_piece,
    interleaved,
    places_in_use,
)
from onedot._reference.law import BLOCK
from onedot._reference.training import PEAK
from onedot._training.order import Orders
from onedot.levels.refusals import shown

__all__ = [
    "Floats",
    "Rows",
    "Tally",
    "Training",
    "are_ready",
    "fitted_margins",
    "fitted_rows",
    "fitted_weights",
    "read_rows",
    "stored_rows",
]

GRAIN = 2**21  # elements between two looks at Ctrl-C: some milliseconds, and a tenth of a second from a slow disk
GRAIN_WIDENED = 2**17  # the same where they are widened first: 0.5 or 1 MB, which stays in L2
MOST_DOUBTS = 8  # one row in so many may be in doubt

Floats = NDArray[np.float64]


class Rows(NamedTuple):
    """Samples as kernels read them."""

    # an array of float32 or float64 in C order, or one that is widened to it a piece at a time, or
    # (data, indices, indptr, d) of a canonical CSR matrix, whose data are widened likewise
    parts: Any
    n: int
    d: int

    @property
    def elements(self) -> int:
        """How many elements a kernel reads for all rows."""
        if not isinstance(self.parts, tuple):
            return self.n * self.d
        return len(self.parts[0]) + self.n * -(-self.d // BLOCK)

    @property
    def are_ready(self) -> bool:
        """Whether a kernel reads them where they lie; otherwise they are widened a piece at a time."""
        return (
            are_wide(self.parts[0]) if isinstance(self.parts, tuple) else self.parts.dtype in (np.float32, np.float64)
        )

    @property
    def stored(self) -> Parts:
        """The parts of a CSR matrix."""
        data, indices, indptr, d = self.parts
        return Parts(data, indices, indptr, self.n, d)

    @property
    def grain(self) -> int:
        """How many elements a kernel is to be given at once."""
        return GRAIN if self.are_ready else GRAIN_WIDENED

    def visited(self, order: NDArray[np.intp], samples: Any) -> tuple[Any, NDArray[np.intp], Any]:
        """Rows for a kernel to visit in this order, and what it knows of each: all, or a copy of those alone."""
        if self.are_ready:
            return self.parts, order, samples
        of_those = tuple(v[order] for v in samples) if isinstance(samples, tuple) else samples[order]
        turns = np.arange(len(order), dtype=np.intp)
        if not isinstance(self.parts, tuple):
            return as_wide(self.parts[order]), turns, of_those
        return csr_slice(self.taken(order).stored, 0, len(order)), turns, of_those

    def row(self, i: int) -> NDArray[Any]:
        """The elements of row i, of a CSR matrix those that are stored."""
        if not isinstance(self.parts, tuple):
            return np.asarray(self.parts[i])
        data, _, indptr, _ = self.parts
        return np.asarray(data[indptr[i] : indptr[i + 1]])

    def taken(self, which: NDArray[Any]) -> "Rows":
        """The rows where a mask is true, or in these places."""
        if not isinstance(self.parts, tuple):
            rows = self.parts[which]
            return Rows(rows, len(rows), self.d)
        data, indices, indptr, d = self.parts
        starts, counts = indptr[:-1][which], np.diff(indptr)[which]
        ends = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        places = np.repeat(starts - ends[:-1], counts) + np.arange(ends[-1])
        return Rows((data[places], indices[places], ends, d), len(counts), d)

    def between(self, start: int, stop: int) -> "Rows":
        """The rows from `start` up to `stop`, where they lie."""
        if not isinstance(self.parts, tuple):
            return Rows(self.parts[start:stop], stop - start, self.d)
        data, indices, indptr, d = self.parts
        stored, starts = slice(indptr[start], indptr[stop]), indptr[start : stop + 1]
        return Rows((data[stored], indices[stored], starts - starts[0], d), stop - start, d)

    def margins(self, op: str, w: Floats) -> Floats:
        """The margin of every row, by d weights or, with a bias first, by one more."""
        kernel = levels.kernels().margins
        return self._each(op, lambda X, out: kernel(X, w, out))

    def sides(self, op: str, w: Floats, bias: float) -> Floats:
        """The margin of every row by d weights and a bias, or another number of its sign, which is found sooner."""
        kernel = levels.kernels().sides
        return self._each(op, lambda X, out: kernel(X, w, bias, out))

    def scores(self, W: Floats) -> Floats:
        """The dot of every row of a CSR matrix and every row of W, which is read once for some of these."""
        out = np.empty((self.n, len(W)))
        csr_dots(self.stored, W, out)
        return out

    def places(self, W: Floats, bias: Floats) -> NDArray[np.intp] | None:
        """The first place of the largest score, W x + bias, of each row x of a CSR matrix; None if a score, a weight or
        a bias is not finite.

        Sums in float32 decide most, in half of the time; where they leave too many rows in doubt, they are given up.
        """
        stored, in_use = places_in_use(self.stored)
        seen = in_use is None and len(W) < MOST_UNITS  # all weights, by who lays them side by side
        if not np.isfinite(bias).all() or not (seen or np.isfinite(W).all()):
            return None
        if len(W) > MOST_UNITS:
            scores = self.scores(W) + bias
            return scores.argmax(axis=1) if np.isfinite(scores).all() else None
        if len(W) == MOST_UNITS:
            return _places(stored, in_use, W, bias)
        out = _rough_places(stored, in_use, W, bias)
        if out is None:
            return None
        doubtful = np.flatnonzero(out < 0)
        if MOST_DOUBTS * len(doubtful) > self.n:
            return _places(stored, in_use, W, bias)
        if len(doubtful):
            places = _places(*places_in_use(self.taken(doubtful).stored), W, bias)
            if places is None:
                return None
            out[doubtful] = places
        return out

    def squares(self, op: str) -> Floats:
        """x·x of every row x."""
        return self._each(op, levels.kernels().squares)

    def _each(self, op: str, kernel: Callable[[Any, Floats], None]) -> Floats:
        """A finite number for every row."""
        out = np.empty(self.n)
        if isinstance(self.parts, tuple):
            for_each_piece(self.stored, lambda rows, start, stop: kernel(rows, out[start:stop]))
        else:
            piece = max(1, self.grain * self.n // max(self.elements, 1))
            for start in range(0, self.n, piece):
                kernel(as_wide(self.parts[start : start + piece]), out[start : start + piece])
        wrong = np.flatnonzero(~np.isfinite(out))
        if len(wrong):
            _refuse(op, self, int(wrong[0]), "X on a smaller scale")
        return out


def _rough_places(
    stored: Parts | Placed, in_use: NDArray[np.intp] | None, W: Floats, bias: Floats
) -> NDArray[np.intp] | None:
    """The places that sums in float32 decide, -1 for the others and where these are given up; None if a weight of a
    column in use is not finite."""
    weights, kernel = interleaved(W, in_use, np.float32), levels.kernels().rough_places
    if not isfinite(weights[1]):
        return None
    out = np.full(stored.n, -1, np.intp)
    given_up: list[int] = []

    def fill(rows: Any, start: int, stop: int) -> None:
        if not given_up and MOST_DOUBTS * kernel(rows, weights, bias, out[start:stop]) > stop - start:
            given_up.append(start)

    for_each_piece(stored, fill, weights[0].shape[1])
    return out


def _places(
    stored: Parts | Placed, in_use: NDArray[np.intp] | None, W: Floats, bias: Floats
) -> NDArray[np.intp] | None:
    """`Rows.places` of up to MOST_UNITS finite vectors by sums in float64, or by scores where these leave doubts."""
    weights, kernel = interleaved(W, in_use), levels.kernels().places
    out = np.empty(stored.n, np.intp)
    short: list[int] = []

    def fill(rows: Any, start: int, stop: int) -> None:
        if kernel(rows, weights, bias, out[start:stop]) < stop - start:
            short.append(start)

    for_each_piece(stored, fill, weights[0].shape[1])
    return None if short else out


def are_ready(X: Any) -> bool:
    """Whether X is an array that a kernel reads as it is."""
    is_array = type(X) is np.ndarray and X.dtype in (np.float64, np.float32) and X.ndim == 2 and X.shape[1] > 0
    return is_array and X.flags.c_contiguous and X.flags.aligned


def read_rows(op: str, X: Any) -> Rows:
    """X as rows. float32 and float64 that are not in C order are copied, and so is CSR that is not in canonical form;
    what is narrower, and integers, are read where they lie.

    Raises
    ------
    ValueError
        If X has not two dimensions, or no features, or its parts do not fit: see `csr_parts`.
    TypeError
        If X is sparse and neither CSR nor CSC, or of a dtype that `dot` refuses, too.
    """
    if isinstance(X, Rows):
        return X
    if type(X) is np.ndarray:
        own = X.view()  # whose shape no code of the caller's can change
        if are_ready(own):
            return Rows(own, *own.shape)
    if is_csr(X) or is_csc(X):
        return _read_sparse(op, X)
    if is_sparse(X):
        raise TypeError(f"{op}: X is sparse, a {type(X).__name__}; want CSR, which X.tocsr() makes")
    v = as_array(op, "X", X)
    if v.ndim != 2:
        raise ValueError(f"{op}: X has shape {v.shape}; want two dimensions, a row for each sample")
    if v.shape[1] == 0:
        raise ValueError(f"{op}: X has 0 features (shape {v.shape}); want 1 or more")
    return Rows(_readable(op, v), *v.shape)


def fitted_weights(op: str, name: str, weights: Any, bias: Any) -> Floats:
    """The weights of a fit as kernels read them: one or more besides the bias, if the first is one."""
    if not isinstance(bias, bool | np.bool_):
        raise ValueError(f"{op}: bias is {shown(bias)}; want True or False")
    v = as_array(op, name, weights)
    if v.ndim != 1 or len(v) <= bias:
        raise ValueError(f"{op}: {name} has shape {v.shape}, bias is {bias}; want (d,) or, with a bias first, (d + 1,)")
    return floats_of(op, name, v, v.shape, "a new fit")


def fitted_margins(op: str, X: Any, name: str, weights: Any, bias: Any) -> Floats:
    """w·x of every row x of X, plus the bias, by the weights of a fit, or those that `name` says."""
    w = fitted_weights(op, name, weights, bias)
    return fitted_rows(op, X, len(w) - bool(bias)).margins(op, w)


def fitted_rows(op: str, X: Any, features: int) -> Rows:
    """X as rows of as many features as a fit has weights for."""
    rows = read_rows(op, X)
    if rows.d != features:
        raise ValueError(f"{op}: X has {rows.d} features; want {features}, as in training")
    return rows


def _readable(op: str, v: NDArray[Any]) -> NDArray[Any]:
    """X itself if `as_wide` makes of any piece of it what a kernel reads, otherwise a copy."""
    if is_integer(v):
        return v if fits_float64(v) else as_float64(op, "X", v)
    return v if v.dtype.itemsize < 4 else np.require(as_wide(v), requirements=["C", "A"])


def _read_sparse(op: str, X: Any) -> Rows:
    return stored_rows(op, csc_parts(op, X) if is_csc(X) else csr_parts(op, X))


def stored_rows(op: str, parts: Parts) -> Rows:
    """The rows of a CSR matrix whose parts have been checked, in canonical form."""
    data, indices, indptr, n, d = parts
    if d == 0:
        raise ValueError(f"{op}: X has 0 features (shape {(n, d)}); want 1 or more")
    data = _readable(op, as_array(op, "X", data))
    order = levels.kernels().csr_order(indices, indptr, d)
    if order < 0:
        raise ValueError(f"{op}: X has a column index outside 0 to {d - 1}; want all within")
    if order > 0:  # sums of small integers may be larger than float32 holds
        wide = data.astype(np.float64) if data.dtype.kind in "iu" else data if data.dtype.kind == "b" else as_wide(data)
        data, indices, indptr = canonical(wide, indices, indptr)
        data = _readable(op, data)
    return Rows((data, indices, indptr, d), n, d)


class Tally(NamedTuple):
    """What an epoch counted."""

    mistakes: int  # or steps of the delta rule
    loss: float  # the sum of |margin| over the mistakes, or of rate * error**2
    least: float  # of all margins, positive on the right side; infinite if no sample was visited


class Flag:
    """Something that one thread says to others, none of which waits for it: an Event without a lock."""

    def __init__(self) -> None:
        self._is_set = False

    def set(self) -> None:
        self._is_set = True

    def is_set(self) -> bool:
        return self._is_set


@dataclass
class Training:
    """Weights that epochs change in place, and what they add up on the way.

    Whoever trains passes copies of what must not change if an epoch raises.
    """

    op: str
    kernel: Callable[..., int]
    rows: Rows
    samples: Any  # what the kernel's rule needs to know of each row besides its elements
    w: Floats
    sums: Floats  # of steps, each times the number of samples before it; empty if nobody asks
    seen: float = 0.0  # samples
    seen_before: float = 0.0  # of them, by trainings that this one goes on from
    peak: float = 0.0  # the largest |w[j]| so far; 0 where nobody has looked at w
    bias_input: float = 1.0  # what a bias is the weight of; 0 if no step is to change it
    first_row: int = 0  # of a larger X, whose row `first_row` is row 0 here: for errors
    stopped: Flag = field(default_factory=Flag)  # set by who no longer wants the result, in another thread

    def __post_init__(self) -> None:
        if not self.peak:
            self.w += 0.0  # a weight of -0.0 is taken for 0.0, at every level
            self.peak = max(float(self.w.max(initial=0.0)), -float(self.w.min(initial=0.0)))

    def orders(self, n: int, seed: int | None) -> Orders:
        """The orders in which epochs are to visit n samples."""
        return Orders(n, seed)

    def epoch(self, order: NDArray[np.intp]) -> Tally:
        """Visit rows in this order.

        Raises
        ------
        ValueError
            If a row holds a NaN or an infinity.
        OverflowError
            If a margin, a weight or a sum overflows.
        """
        tally = self._tally()
        units = len(self.w) if self.w.ndim == 2 else 1
        piece = max(1, self.rows.grain * self.rows.n // max(self.rows.elements * units, 1))
        for start in range(0, len(order), piece):
            part = order[start : start + piece]
            if self.stopped.is_set():
                raise InterruptedError(f"{self.op}: stopped")
            done = self._run(part, tally)
            if not isfinite(tally[PEAK]):  # whichever row has first an element for an infinite weight
                raise self._overflow()
            if done < len(part):
                _refuse(self.op, self.rows, int(part[done]), "a smaller rate or X on a smaller scale", self.first_row)
        mistakes, loss, least, self.peak, self.seen, _ = tally.tolist()
        if self.sums.size and not np.isfinite(self.sums).all():
            raise self._overflow()
        return Tally(int(mistakes), loss, least)

    def _run(self, part: NDArray[np.intp], tally: Floats) -> int:
        """Visit these rows; returns how many are done."""
        return self.kernel(*self.rows.visited(part, self.samples), self.w, self.sums, tally)

    def _tally(self) -> Floats:
        """What the kernel counts on from: MISTAKES, LOSS, LEAST, PEAK, SEEN and INPUT, in this order."""
        return np.array([0.0, 0.0, np.inf, self.peak, self.seen, self.bias_input])

    def _overflow(self) -> OverflowError:
        return OverflowError(f"{self.op}: the weights overflow; want a smaller rate or X on a smaller scale")

    def averaged(self) -> Floats:
        """The mean of the weights after every visit: (seen * w - sums) / seen, and w itself after none."""
        if not self.seen:
            return self.w.copy()
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            mean: Floats = (self.seen * self.w - self.sums) / self.seen
        if not self.bias_input:
            mean[..., 0] = self.w[..., 0]  # which the product with the number of samples would round
        if not np.all(np.isfinite(mean)):
            raise OverflowError(f"{self.op}: the averaged weights overflow; want X on a smaller scale")
        return mean


def _refuse(op: str, rows: Rows, i: int, wanted: str, first: int = 0) -> None:
    """Say why row i, of rows from row `first` on, has no finite margin, and what is wanted where it overflows."""
    if not np.all(np.isfinite(rows.row(i))):
        raise ValueError(f"{op}: row {first + i} of X holds NaN or infinity; want finite numbers")
    raise OverflowError(f"{op}: the margin of row {first + i} overflows; want {wanted}")
