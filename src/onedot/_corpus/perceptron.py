"""What training must leave: single updates, epochs over dense and CSR rows, whole fits, orders and certificates."""

from collections.abc import Iterator
from functools import partial
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

import onedot
from onedot import levels
from onedot._corpus.draw import Draw
from onedot._corpus.registry import Result, operation
from onedot._reference.law import BLOCK
from onedot._training.epochs import Training, read_rows
from onedot._training.order import Orders

__all__ = ["Csr", "csr"]

FLOATS = ("float64", "float32")
LENGTHS = (*range(1, 70), 100, 127, 128, 129, BLOCK - 1, BLOCK, BLOCK + 1, 9000)
SHAPES = ((30, 1), (30, 2), (25, 7), (20, 31), (20, 32), (20, 33), (12, 100), (7, 300), (4, BLOCK), (4, BLOCK + 5))


class Csr(NamedTuple):
    """A CSR matrix as `onedot` recognises one."""

    data: NDArray[Any]
    indices: NDArray[Any]
    indptr: NDArray[Any]
    shape: tuple[int, int]
    format: str = "csr"


def csr(X: NDArray[Any], index: str = "int32") -> Csr:
    """The elements of X that are not 0."""
    rows, columns = np.nonzero(X)
    counts = np.bincount(rows, minlength=len(X))
    indptr = np.concatenate([[0], np.cumsum(counts)])
    return Csr(X[rows, columns], columns.astype(index), indptr.astype(index), (X.shape[0], X.shape[1]))


def _labels(draw: Draw, n: int) -> NDArray[np.int64]:
    """1 and -1, both of which occur."""
    y = (draw.bits(n) % np.uint64(2)).astype(np.int64) * 2 - 1
    y[:2] = 1, -1
    return y


def _samples(draw: Draw, dtype: str, n: int, d: int) -> NDArray[Any]:
    return draw.floats(dtype, n * d, -3, 3).reshape(n, d)


def _update(dtype: str, draw: Draw) -> Iterator[Result]:
    """Weights before and after, with and without a bias, near 0 and far apart."""
    for n, bias, rate in product(LENGTHS, (0, 1), (1.0, 0.1)):
        x, w = draw.floats(dtype, n, -3, 3), draw.floats("float64", n + bias, -3, 3)
        for y in (1, -1):
            yield int(onedot.perceptron_update(w, x, y, rate=rate))
            yield w.copy()
        yield onedot.lms_update(w, x, 0.5, rate=0.01 / n)
        yield w


def _epochs(dtype: str, draw: Draw) -> Iterator[Result]:
    """Dense and CSR rows of the same numbers, in sequence and in any order."""
    for (n, d), bias, keep in product(SHAPES, (0, 1), (1, 4)):
        X, y = draw.thinned(_samples(draw, dtype, n, d), keep), _labels(draw, n)
        order = (draw.bits(2 * n) % np.uint64(n)).astype(np.intp)
        for rows in (X, csr(X), csr(X, "int64")):
            w = np.zeros(d + bias)
            yield onedot.perceptron_epoch(w, rows, y, rate=0.3)
            yield onedot.perceptron_epoch(w, rows, y, order=order)
            yield w


def _fits(dtype: str, draw: Draw) -> Iterator[Result]:
    """Everything that a fit records, and the delta rule's."""
    for (n, d), bias, seed in product(SHAPES, (False, True), (None, 1, 2**63)):
        X, y = _samples(draw, dtype, n, d), _labels(draw, n)
        fit = onedot.fit_perceptron(X, y, bias=bias, rate=0.7, max_epochs=5, seed=seed)
        yield from (fit.weights, fit.averaged, fit.mistakes, int(fit.converged), fit.margin, fit.margin_bound)
        yield fit.margins(X)
        line = onedot.fit_lms(X, y, bias=bias, rate=2.0**-9 / d, epochs=2, seed=seed)
        yield from (line.weights, line.averaged, line.losses)


def _joint(dtype: str, draw: Draw) -> Iterator[Result]:
    """Several classes at once, and their sums; dense and CSR."""
    for (n, d), classes in product(SHAPES, (3, 7)):
        X = draw.thinned(_samples(draw, dtype, n, d), 2)
        right = (draw.bits(n) % np.uint64(classes)).astype(np.intp)
        steps = np.abs(draw.floats("float64", n, -2, 2))
        for rows in (X, csr(X)):
            W, sums = np.zeros((classes, d + 1)), np.zeros((classes, d + 1))
            kernel = levels.kernels().joint_epoch
            training = Training("joint", kernel, read_rows("joint", rows), (right, steps), W, sums)
            for _ in range(2):
                yield from training.epoch(np.arange(n, dtype=np.intp))
            yield from (W, sums, training.averaged(), training.peak)


for each in FLOATS:
    operation(f"perceptron update {each}")(partial(_update, each))
    operation(f"perceptron epoch {each}")(partial(_epochs, each))
    operation(f"perceptron fit {each}")(partial(_fits, each))
    operation(f"perceptron joint {each}")(partial(_joint, each))


@operation("perceptron orders")
def orders(draw: Draw) -> Iterator[Result]:
    """Shuffled orders of few and of many samples."""
    for n, seed in product((1, 2, 3, 10, 1000, 70000), (0, 1, 12345678901234567890)):
        shuffled = Orders(n, seed)
        for _ in range(2):
            yield shuffled.next().astype(np.int64)
