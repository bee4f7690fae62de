"""What a layer does besides its weighted sums and elementwise activations, in pure Python."""

from collections.abc import MutableSequence, Sequence
from typing import Any, SupportsFloat

from onedot._reference.elementary import exp_of
from onedot._reference.law import dot, floats

__all__ = ["add_bias", "softmax"]


def softmax(X: Sequence[Any], out: MutableSequence[Any]) -> None:
    """out[i] = exp(X[i] - the greatest of X[i]) over the sum of these, which is their dot with ones."""
    for x, out_i in zip(X, out, strict=True):
        most = float("-inf")
        for value in floats(x):
            most = value if value > most else most
        e = [exp_of(value - most) for value in floats(x)]
        total = dot(e, [1.0] * len(e))
        for j, value in enumerate(e):
            out_i[j] = value / total


def add_bias(Z: Sequence[Any], b: Sequence[SupportsFloat]) -> None:
    """Z[i][j] += b[j]."""
    for row in Z:
        for j, value in enumerate(floats(b)):
            row[j] = float(row[j]) + value
