"""Training in pure Python: margins, steps and epochs.

Weights w are one array of binary64: as long as a row x, or longer by one, and then w[0] is the bias, the weight of a
constant input 1. A step adds step * (1, x) to them, each product rounded, then added.
"""

from collections.abc import Iterable, MutableSequence, Sequence
from typing import Any, SupportsFloat

from onedot._reference.law import dot, floats

__all__ = [
    "LEAST",
    "LOSS",
    "MISTAKES",
    "PEAK",
    "SEEN",
    "csr_order",
    "interleave",
    "joint_epoch",
    "lms_epoch",
    "lms_update",
    "margin",
    "margins",
    "perceptron_epoch",
    "perceptron_update",
    "places",
    "scores",
    "sides",
    "squares",
]

# What a tally counts, and what the bias is the weight of: 1 or, for a bias that no step changes, 0.
MISTAKES, LOSS, LEAST, PEAK, SEEN, INPUT = range(6)


def margin(w: Sequence[SupportsFloat], x: Sequence[SupportsFloat]) -> float:
    """w·x or, if w is longer than x by one, w[0] + w[1:]·x: the dot rounded as always, then the bias added."""
    bias = len(w) - len(x)
    return dot(w[bias:], x) + (float(w[0]) if bias else 0.0)


def add_step(w: MutableSequence[float], x: Sequence[SupportsFloat], step: float, bias_input: float = 1.0) -> float:
    """w[j] += step * x[j], all at once, and w[0] += step * bias_input if it is a bias; returns the largest |w[j]|."""
    inputs = [bias_input] * (len(w) - len(x)) + floats(x)
    new = [weight + step * element for weight, element in zip(floats(w), inputs, strict=True)]
    w[:] = new
    return largest(new)


def largest(v: Iterable[float]) -> float:
    """The largest |v[j]|; a NaN, which only follows an infinity, counts for nothing."""
    peak = 0.0
    for element in v:
        peak = abs(element) if abs(element) > peak else peak
    return peak


def finite(value: float) -> bool:
    return value - value == 0.0


def perceptron_update(w: MutableSequence[float], x: Sequence[SupportsFloat], step: float) -> int:
    """Take the step if x is on the wrong side or on none: 1 if so, 0 if not, -1 and no change if numbers overflow."""
    m = margin(w, x)
    if not finite(m):
        return -1
    if (m > 0.0) if step > 0.0 else (m < 0.0):
        return 0
    new = floats(w)
    if not finite(add_step(new, x, step)):
        return -1
    w[:] = new
    return 1


def lms_update(w: MutableSequence[float], x: Sequence[SupportsFloat], target: float, rate: float) -> float:
    """Take the step rate * (target - margin); returns that error, or NaN and no change if numbers overflow."""
    error = target - margin(w, x)
    new = floats(w)
    if not finite(rate * error) or not finite(add_step(new, x, rate * error)):
        return float("nan")
    w[:] = new
    return error


def dense_row(X: Any, i: int) -> Sequence[SupportsFloat]:
    """Row i of X: an array, or the parts of a CSR matrix, whose absent elements are zeros and change no lane."""
    if not isinstance(X, tuple):
        row: Sequence[SupportsFloat] = X[i]
        return row
    data, indices, indptr, d = X[:4]
    span = slice(int(indptr[i]), int(indptr[i + 1]))
    dense = [0.0] * d
    for j, element in zip(indices[span].tolist(), floats(data[span]), strict=True):
        dense[j] = element
    return dense


def margins(X: Any, w: Sequence[SupportsFloat], out: MutableSequence[float]) -> None:
    """out[i] = the margin of row i of X, rounded to the type of out: float64 or float32."""
    for i in range(len(out)):
        out[i] = margin(w, dense_row(X, i))


def sides(X: Any, w: Sequence[SupportsFloat], bias: float, out: MutableSequence[float]) -> None:
    """out[i] = the margin of row i of X, or another number of its sign, which a level may find sooner."""
    margins(X, [bias, *w], out)


def interleave(W: Any, columns: Any) -> tuple[float, bool]:
    """columns[j, k] = W[k, j], and zeros behind; returns the largest |W[k, j]|, infinite if one is not finite, and
    whether all are whole numbers.

    If columns are float32, weights are rounded, and the last of each is the largest magnitude, but at least 2**-126.
    """
    columns[:, : len(W)], columns[:, len(W) :] = W.T, 0.0
    if columns.dtype.itemsize == 4:
        columns[:, -1] = [max(2.0**-126, largest(column)) for column in W.T.tolist()]
    weights = [float(weight) for row in W for weight in row]
    peak = largest(weights) if all(map(finite, weights)) else float("inf")
    return peak, all(weight.is_integer() for weight in weights)


def unit_weights(X: Any, columns: Any, k: int) -> Any:
    """columns[:, k], one weight for each column of X, which knows where they are if columns are those in use."""
    if len(X) == 4:
        return columns[:, k]
    _, indices, _, d, places = X
    weights = [0.0] * d
    for j, place in zip(indices.tolist(), places.tolist(), strict=True):
        weights[j] = float(columns[place, k])
    return weights


def scores(X: Any, weights: tuple[Any, float, bool], out: Any) -> None:
    """out[i, k] = the dot of row i of a CSR matrix X and columns[:, k], rounded to the type of out: float64 or float32.

    The weights are these columns and what interleave returned; each row of out is contiguous. Where X has a fifth part,
    it says for each element which of these columns its weights are.
    """
    W = [unit_weights(X, weights[0], k) for k in range(out.shape[1])]
    for i in range(len(out)):
        x = dense_row(X, i)
        for k, w in enumerate(W):
            out[i, k] = dot(w, x)


def places(X: Any, weights: tuple[Any, float, bool], bias: Sequence[SupportsFloat], out: MutableSequence[int]) -> int:
    """out[i] = the first place of the largest score of row i and its bias; returns how many rows are done.

    All are, or those before the first with a score that is not finite.
    """
    W = [unit_weights(X, weights[0], k) for k in range(len(bias))]
    for i in range(len(out)):
        x = dense_row(X, i)
        row = [dot(w, x) + float(b) for w, b in zip(W, bias, strict=True)]
        if not all(finite(score) for score in row):
            return i
        out[i] = row.index(max(row))
    return len(out)


def rough_places(X: Any, weights: tuple[Any, float, bool], bias: Any, out: Any) -> int:
    """The same by weights in float32, or -1 where they leave it in doubt; returns how many they leave so: here all."""
    out[:] = -1
    return len(out)


def largest_places(scores: Any, bias: Sequence[SupportsFloat], out: MutableSequence[int]) -> bool:
    """out[i] = the first place of the largest of scores[:, i] + bias; returns whether all these are finite."""
    for i in range(len(out)):
        row = [float(score) + float(b) for score, b in zip(scores[:, i], bias, strict=True)]
        if not all(finite(score) for score in row):
            return False
        out[i] = row.index(max(row))
    return True


def squares(X: Any, out: MutableSequence[float]) -> None:
    """out[i] = x·x for row x = X[i]."""
    for i in range(len(out)):
        out[i] = dot(dense_row(X, i), dense_row(X, i))


def count(tally: MutableSequence[float], loss: float, least: float, peak: float) -> None:
    """Count one mistake, or one step of the delta rule."""
    tally[MISTAKES] += 1.0
    tally[LOSS] += loss
    tally[PEAK] = max(float(tally[PEAK]), peak)
    tally[LEAST] = min(float(tally[LEAST]), least)


def perceptron_epoch(
    X: Any,
    order: Sequence[int],
    steps: Sequence[float],
    w: MutableSequence[float],
    sums: MutableSequence[float],
    tally: MutableSequence[float],
) -> int:
    """perceptron_update for each row X[i] with steps[i], i as in order; a row whose step is 0 is passed over.

    The tally counts mistakes, adds up |margin| of each, and keeps the least margin of all rows, counted as
    positive on the right side, and the largest |w[j]|. If sums is not empty, it adds up every step times the
    number of rows seen before it. Returns how many rows are done: fewer than all if a margin overflowed.
    """
    bias_input = float(tally[INPUT])
    for done, i in enumerate(order):
        x, step = dense_row(X, i), float(steps[i])
        m = margin(w, x)
        if not finite(m):
            return done
        if step == 0.0:
            continue
        right = m if step > 0.0 else -m
        if right <= 0.0:
            count(tally, -right, right, add_step(w, x, step, bias_input))
            if len(sums):
                add_step(sums, x, float(tally[SEEN]) * step, bias_input)
        else:
            tally[LEAST] = min(float(tally[LEAST]), right)
        tally[SEEN] += 1.0
    return len(order)


def joint_epoch(
    X: Any,
    order: Sequence[int],
    samples: tuple[Sequence[int], Sequence[float]],
    W: Any,
    sums: Any,
    tally: MutableSequence[float],
) -> int:
    """The same for a row of weights a class: samples are (right class, step >= 0) of each row of X.

    A mistake is a margin of the right class that is not above that of every other; of those the first largest
    has its weights stepped down, the right one up.
    """
    bias_input = float(tally[INPUT])
    for done, i in enumerate(order):
        x, right, step = dense_row(X, i), int(samples[0][i]), float(samples[1][i])
        all_margins = [margin(w, x) for w in W]
        if not all(finite(m) for m in all_margins):
            return done
        if step == 0.0:
            continue
        wrong = max((k for k in range(len(W)) if k != right), key=all_margins.__getitem__)
        ahead = all_margins[right] - all_margins[wrong]
        if ahead <= 0.0:
            count(
                tally,
                -ahead,
                ahead,
                max(add_step(W[wrong], x, -step, bias_input), add_step(W[right], x, step, bias_input)),
            )
            if len(sums):
                add_step(sums[wrong], x, float(tally[SEEN]) * -step, bias_input)
                add_step(sums[right], x, float(tally[SEEN]) * step, bias_input)
        else:
            tally[LEAST] = min(float(tally[LEAST]), ahead)
        tally[SEEN] += 1.0
    return len(order)


def lms_epoch(
    X: Any,
    order: Sequence[int],
    samples: tuple[Sequence[float], Sequence[float]],
    w: MutableSequence[float],
    sums: MutableSequence[float],
    tally: MutableSequence[float],
) -> int:
    """lms_update for each row: samples are (target, rate) of each row of X; the loss adds up rate * error**2."""
    bias_input = float(tally[INPUT])
    for done, i in enumerate(order):
        x, rate = dense_row(X, i), float(samples[1][i])
        error = float(samples[0][i]) - margin(w, x)
        if not finite(error):
            return done
        if rate == 0.0:
            continue
        step = rate * error
        count(tally, step * error, 0.0, add_step(w, x, step, bias_input))
        if len(sums):
            add_step(sums, x, float(tally[SEEN]) * step, bias_input)
        tally[SEEN] += 1.0
    return len(order)


def csr_order(indices: Sequence[int], indptr: Sequence[int], d: int) -> int:
    """0 if the column indices of each row rise strictly, 1 if they do not, -1 if one of them is not a column."""
    order = 0
    for i in range(len(indptr) - 1):
        last = -1
        for j in indices[int(indptr[i]) : int(indptr[i + 1])]:
            if not 0 <= j < d:
                return -1
            order = 1 if j <= last else order
            last = j
    return order
