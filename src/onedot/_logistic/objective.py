"""The negative log-likelihood of a logistic unit, or of several that share a softmax: value, gradient and Hessian.

Weights W (k, bias + d) have a row for each unit, bias first. Two classes have one unit, whose margin is that of the
second class; more classes have a unit each. With weights s of the samples, which sum to 1,

    f(W) = sum_i s_i * loss_i + ridge/2 * (the sum of all squared weights but the biases)

Every sum is a dot product by the law, of whole columns, whatever pieces they are read in: so f, its gradient and its
Hessian have the same bits everywhere.
"""

from collections.abc import Callable
from functools import cached_property, partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from onedot import activations
from onedot._core.csr_products import as_wide
from onedot._entry import dot, matmul, matvec, vecmat
from onedot._logistic.cholesky import cholesky, inverse_of_factor
from onedot._logistic.probabilities import losses, probabilities
from onedot._reference.law import BLOCK
from onedot._training.epochs import Floats, Rows

__all__ = ["LEAST_SIZE", "Objective", "Point", "SamplesPoint", "columns_of", "mirrored", "penalised", "scores"]

EPSILON = 2.0**-48  # times the number of weights: what rounding leaves of a pivot
LEAST_SIZE = 2.0**-500  # of a column, of which 2**-22 of the square is still a normal number
PANEL = 128  # rows of a Gram matrix that are computed at once, up to the diagonal: a multiple of any tile's rows


def scores(rows: Rows, W: Floats, bias: bool) -> Floats:
    """(n, k): W x + bias of every row x, which is read once for all units."""
    coef = W[:, int(bias) :]
    M: Floats = rows.scores(coef) if isinstance(rows.parts, tuple) else matvec(coef, rows.parts)
    return M + W[:, 0] if bias else M


def mirrored(lower: Floats) -> Floats:
    """A symmetric matrix of its lower half, in place."""
    upper = np.triu_indices(len(lower), 1)
    lower[upper] = lower.T[upper]
    return lower


def penalised(W: Floats, bias: bool) -> Floats:
    """W with zeros for the biases."""
    free = W.copy()
    if bias:
        free[:, 0] = 0.0
    return free


def columns_of(rows: Rows) -> Rows | None:
    """The columns of a sparse matrix as rows: what is stored of each in the order of its samples."""
    if not isinstance(rows.parts, tuple):
        return None
    data, indices, indptr, d = rows.parts
    order = np.argsort(indices, kind="stable")
    samples = np.repeat(np.arange(rows.n, dtype=indices.dtype), np.diff(indptr))
    starts = np.concatenate([[0], np.cumsum(np.bincount(indices, minlength=d))]).astype(np.int64)
    return Rows((data[order], samples[order], starts, rows.n), d, rows.n)


class Objective(NamedTuple):
    """What is minimised."""

    op: str
    rows: Rows
    columns: Rows | None  # those of a sparse X as rows of their own, so that a gradient is one dot a row, too
    codes: NDArray[np.intp]  # the place of each sample's class
    weights: Floats  # of the samples, summing to 1
    ridge: float
    bias: bool
    units: int  # 1 for two classes

    @property
    def shape(self) -> tuple[int, int]:
        """That of the weights."""
        return self.units, self.rows.d + self.bias

    def at(self, W: Floats) -> "SamplesPoint":
        """f and its derivatives at W. OverflowError if a margin overflows, ValueError if X holds NaN or infinity."""
        return (_OfTwo if self.units == 1 else _OfMany)(self, W)

    def margins(self, W: Floats) -> Floats:
        """(n, k): W x + bias of every sample x."""
        if self.units == 1:
            return self.rows.margins(self.op, W[0])[:, None]
        return self.finite(scores(self.rows, W, self.bias))

    def sums(self, R: Floats) -> Floats:
        """(k, bias + d): of each row of R (k, n) with every column of (1, X)."""
        G = np.empty(self.shape)
        features = G[:, int(self.bias) :]
        if self.columns is not None:
            features[...] = self.columns.scores(R).T if len(R) > 1 else self.columns.margins(self.op, R[0])
        else:
            features[...] = matmul(R, self.rows.parts) if len(R) > 1 else vecmat(R[0], self.rows.parts)
        if self.bias:
            G[:, 0] = matvec(R, np.ones(self.rows.n))
        return G

    def finite(self, values: Floats) -> Floats:
        """The same, if all are finite; otherwise the error that says why not."""
        if not np.isfinite(values).all():
            self.rows.margins(self.op, np.zeros(self.shape[1]))  # which says where X holds NaN or infinity
            raise OverflowError(f"{self.op}: numbers overflow; want X on a smaller scale")
        return values

    def column_sizes(self) -> Floats:
        """The greatest magnitude in each column of (1, X)."""
        if isinstance(self.rows.parts, tuple):
            data, indices, _, d = self.rows.parts
            sizes = np.zeros(d)
            np.maximum.at(sizes, indices, np.abs(as_wide(data)))
        else:
            X = self.rows.parts
            sizes = np.maximum(np.max(X, axis=0).astype(np.float64), -np.min(X, axis=0).astype(np.float64))
        return np.concatenate([np.ones(int(self.bias)), sizes])

    def penalised(self, W: Floats) -> Floats:
        """The gradient of the penalty, but for the ridge."""
        return penalised(W, self.bias)

    def gram(self, curvature: Floats) -> Floats:
        """sum_i c_i z_i z_i' with z = (1, x), for c >= 0: each element the dot of two columns of sqrt(c) z."""
        return mirrored(self._over_blocks(partial(self.block_gram, curvature=curvature)))

    def _over_blocks(self, of_block: Callable[[int], Floats]) -> Floats:
        """What every block adds, by its first row, as the law folds: places that end in the same bits come first."""
        blocks = -(-self.rows.n // BLOCK)

        def total(first: int, step: int) -> Floats:
            if first + step >= blocks:
                return of_block(first * BLOCK)
            return total(first, 2 * step) + total(first + step, 2 * step)

        return total(0, 1)

    def squares(self) -> Floats:
        """sum_i s_i x_i**2, of each feature: but for the bias, the diagonal of `moments`."""
        if self.columns is not None:
            return _squares(self.columns, self.weights)
        return self._over_blocks(self.block_squares)

    def block_squares(self, first: int = 0) -> Floats:
        """What the block whose first row this is adds to the squares."""
        last = min(first + BLOCK, self.rows.n)
        rows, weights = self.rows.between(first, last), self.weights[first:last]
        columns = columns_of(rows)
        if columns is not None:
            return _squares(columns, weights)
        sums: Floats = vecmat(weights, np.square(rows.parts, dtype=np.float64))
        return sums

    def block_diagonal(self, first: int = 0) -> Floats:
        """(bias + d,): what that block adds to sum_i s_i z_i**2 with z = (1, x)."""
        weights = self.weights[first : first + BLOCK]
        return np.concatenate([[dot(weights, np.ones(len(weights)))] * self.bias, self.block_squares(first)])

    def moments(self) -> Floats:
        """sum_i s_i z_i z_i'."""
        return self.gram(self.weights)

    def even_moments(self) -> Floats:
        """The mean of z_i z_i'."""
        return self.gram(np.full(self.rows.n, 1.0 / self.rows.n))

    def block_gram(self, first: int, curvature: Floats) -> Floats:
        """The lower half of what the block whose first row this is adds to a Gram matrix."""
        root = np.sqrt(curvature[first : first + BLOCK])
        Z = np.empty((self.shape[1], len(root)))
        if self.bias:
            Z[0] = root
        np.multiply(self.dense(first, first + BLOCK).T, root, out=Z[int(self.bias) :], dtype=np.float64)
        G = np.empty((len(Z), len(Z)))
        for start in range(0, len(Z), PANEL):
            stop = min(start + PANEL, len(Z))
            matvec(Z[:stop], Z[start:stop], out=G[start:stop, :stop])
        return G

    def dense(self, first: int = 0, last: int | None = None) -> NDArray[Any]:
        """Rows of X, with the zeros that are not stored."""
        if not isinstance(self.rows.parts, tuple):
            rows: NDArray[Any] = self.rows.parts[first:last]
            return rows
        data, indices, indptr, d = self.rows.parts
        starts = indptr[first:] if last is None else indptr[first : last + 1]
        X = np.zeros((len(starts) - 1, d), data.dtype)
        stored = slice(starts[0], starts[-1])
        X[np.repeat(np.arange(len(X)), np.diff(starts)), indices[stored]] = data[stored]
        return X


def _squares(columns: Rows, weights: Floats) -> Floats:
    """The dot of each sparse column's squares and the weights."""
    data, *places = columns.parts
    squared = columns._replace(parts=(np.square(as_wide(data), dtype=np.float64), *places))
    return squared.scores(weights[None])[:, 0]


class Point:
    """f at weights W, and its derivatives there, each computed when it is asked for, of sums over the samples."""

    def __init__(self, objective: Any, W: Floats) -> None:
        self.objective, self.W = objective, W
        self._free = objective.penalised(W)

    @cached_property
    def loss(self) -> float:
        """sum_i s_i * loss_i."""
        raise NotImplementedError

    @cached_property
    def slopes(self) -> Floats:
        """The gradient of the loss, in the shape of W."""
        raise NotImplementedError

    def gram(self, a: int, b: int) -> Floats:
        """(bias + d, bias + d): the derivative of the slopes of unit a by the weights of unit b, - for a != b."""
        raise NotImplementedError

    def diagonal(self) -> Floats:
        """(k, bias + d): the diagonals of the gram of each unit with itself."""
        raise NotImplementedError

    @cached_property
    def value(self) -> float:
        """f(W)."""
        free = self._free.reshape(-1)
        return self.loss + 0.5 * float(self.objective.ridge) * dot(free, free)

    @cached_property
    def gradient(self) -> Floats:
        """Of f, in the shape of W."""
        f = self.objective
        gradient: Floats = f.finite(self.slopes + f.ridge * self._free)
        return gradient

    @cached_property
    def hessian(self) -> Floats:
        """Of f, (k (bias + d), k (bias + d)), in the order of W's elements."""
        f = self.objective
        k, width = f.shape
        H = np.empty((k, width, k, width))
        for a in range(k):
            for b in range(a + 1):
                block = self.gram(a, b)
                H[a, :, b] = block if a == b else -block
                H[b, :, a] = H[a, :, b]
        whole = H.reshape(k * width, k * width)
        whole[np.diag_indices(k * width)] += f.ridge * f.penalised(np.ones(f.shape)).reshape(-1)
        finite: Floats = f.finite(whole)
        return finite

    @cached_property
    def fixing(self) -> Floats:
        """The curvature added where no probability changes: for each column, the largest of its own."""
        largest_of_each: Floats = np.max(np.diag(self.hessian).reshape(self.W.shape), axis=0)
        return largest_of_each

    @cached_property
    def factor(self) -> Floats | None:
        """Cholesky's factor of the Hessian and of what fixes the directions on which no probability depends, or None.

        Adding the same weights to each of several units changes none. Gradients know nothing of that direction, so it
        may be given any curvature. Each step then has units that add up to zero. No pivot may be less than EPSILON, as
        a part of its diagonal element: smaller ones are made of rounding.
        """
        H = self.hessian
        k, width = self.W.shape
        if k > 1:
            H = H.copy()
            H.reshape(k, width, k, width)[:, np.arange(width), :, np.arange(width)] += self.fixing[:, None, None]
        L = cholesky(H, least=len(H) * EPSILON)
        return None if isinstance(L, int) else L

    @cached_property
    def inverse(self) -> Floats | None:
        """That of the factor."""
        return None if self.factor is None else inverse_of_factor(self.factor)


class SamplesPoint(Point):
    """Of samples that lie in memory: each has its loss, its residuals and its curvature."""

    objective: Objective

    @cached_property
    def losses(self) -> Floats:
        """-log of the probability of each sample's class."""
        raise NotImplementedError

    @cached_property
    def residuals(self) -> Floats:
        """(k, n): the derivative of each sample's weighted loss by its margins."""
        raise NotImplementedError

    def curvature(self, a: int, b: int) -> Floats:
        """(n,): that of each residual of unit a by the margin of unit b, without its sign (- for a != b)."""
        raise NotImplementedError

    @cached_property
    def loss(self) -> float:
        return dot(self.objective.weights, self.losses)

    @cached_property
    def slopes(self) -> Floats:
        return self.objective.sums(self.residuals)

    def gram(self, a: int, b: int) -> Floats:
        return self.objective.gram(self.curvature(a, b))

    def weighed(self) -> list[Objective]:
        """The objective with each unit's curvatures for the weights of the samples."""
        return [self.objective._replace(weights=self.curvature(a, a)) for a in range(self.objective.units)]

    def diagonal(self) -> Floats:
        ones = np.ones(self.objective.rows.n)
        return np.stack([np.concatenate([[dot(of.weights, ones)] * of.bias, of.squares()]) for of in self.weighed()])


class _OfTwo(SamplesPoint):
    """One unit, whose margin is large for the second class."""

    def __init__(self, objective: Objective, W: Floats) -> None:
        super().__init__(objective, W)
        self._signs = np.where(objective.codes == 1, 1.0, -1.0)
        self._leads = self._signs * objective.margins(W)[:, 0]

    @cached_property
    def losses(self) -> Floats:
        of_each: Floats = activations.softplus(-self._leads)
        return of_each

    @cached_property
    def _wrong(self) -> Floats:
        """The probability of the other class."""
        wrong: Floats = activations.sigmoid(-self._leads)
        return wrong

    @cached_property
    def residuals(self) -> Floats:
        return (-self.objective.weights * self._signs * self._wrong)[None]

    def curvature(self, a: int, b: int) -> Floats:
        right: Floats = activations.sigmoid(self._leads)
        return self.objective.weights * self._wrong * right


class _OfMany(SamplesPoint):
    """A unit for each class, and a softmax over them."""

    def __init__(self, objective: Objective, W: Floats) -> None:
        super().__init__(objective, W)
        self._places = np.arange(objective.rows.n), objective.codes
        self._margins = objective.margins(W)

    @cached_property
    def losses(self) -> Floats:
        return losses(self._margins, self.objective.codes)

    @cached_property
    def _probabilities(self) -> Floats:
        return probabilities(self._margins)

    def _others(self, units: Any) -> Floats:
        """The probability of all classes but one, as a sum, which keeps its digits where that one is certain."""
        p = self._probabilities.copy()
        p[self._places[0], units] = 0.0
        return matvec(p, np.ones(self.objective.units))

    @cached_property
    def residuals(self) -> Floats:
        R = self._probabilities.copy()
        R[self._places] = -self._others(self.objective.codes)
        return self.objective.weights * np.ascontiguousarray(R.T)

    def curvature(self, a: int, b: int) -> Floats:
        other = self._others(a) if a == b else self._probabilities[:, b]
        return self.objective.weights * self._probabilities[:, a] * other
