"""What a layer does besides its weighted sums and elementwise activations, in pure Python."""

from collections.abc import MutableSequence, Sequence
from typing import Any, SupportsFloat

from onedot._reference.elementary import exp_of, log_one_plus
from onedot._reference.law import dot, floats

__all__ = ["add_bias", "log_softmax", "softmax"]


def less_the_greatest(x: Sequence[Any]) -> list[float]:
    """Each number less the greatest of them, among which NaN does not count."""
    most = float("-inf")
    for value in floats(x):
        most = value if value > most else most
    return [value - most for value in floats(x)]


def softmax(X: Sequence[Any], out: MutableSequence[Any]) -> None:
    """out[i] = exp(X[i] - the greatest of X[i]) over the sum of these, which is their dot with ones."""
    for x, out_i in zip(X, out, strict=True):
        e = [exp_of(value) for value in less_the_greatest(x)]
        total = dot(e, [1.0] * len(e))
        for j, value in enumerate(e):
            out_i[j] = value / total


def log_softmax(X: Sequence[Any], out: MutableSequence[Any]) -> None:
    """out[i] = the logarithm of the softmax of X[i].

    The greatest number adds 1 to the sum. It is left out of the dot with ones, so that the logarithm of 1 plus the rest
    is right to the last digits where the rest is small, and the greatest has nearly all.
    """
    for x, out_i in zip(X, out, strict=True):
        v = less_the_greatest(x)
        e = [exp_of(value) for value in v]
        if 0.0 in v:
            e[v.index(0.0)] = 0.0
        total = log_one_plus(dot(e, [1.0] * len(e)))
        for j, value in enumerate(v):
            out_i[j] = value - total


def add_bias(Z: Sequence[Any], b: Sequence[SupportsFloat]) -> None:
    """Z[i][j] += b[j]."""
    for row in Z:
        for j, value in enumerate(floats(b)):
            row[j] = float(row[j]) + value
