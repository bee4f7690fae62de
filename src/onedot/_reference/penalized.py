"""A perceptron's epoch with a penalty, and the epoch of the passive-aggressive rules, in pure Python.

Weights with a penalty are w = scale * v, so that to shrink them all is one product; a bias, v[0], is neither scaled nor
penalised. An l1 penalty is owed by every weight alike, and paid by those of a row when it is visited (Y. Tsuruoka, J.
Tsujii, S. Ananiadou, "Stochastic gradient descent training for L1-regularized log-linear models with cumulative
penalty", ACL 2009, 477-485): a weight that it takes to 0 stays there until a step moves it.
"""

from collections.abc import MutableSequence, Sequence
from typing import Any

from onedot._reference.law import dot, floats
from onedot._reference.training import INPUT, LEAST, LOSS, SEEN, add_step, count, dense_row, finite, margin

__all__ = [
    "ALL_SIZES",
    "ALL_SQUARES",
    "FACTOR",
    "LAST_SIZES",
    "LAST_SQUARES",
    "OF_SIZES",
    "OF_SQUARES",
    "PENALTY_STATE",
    "RATE",
    "SCALE",
    "VISITS",
    "passive_aggressive_epoch",
    "penalized_epoch",
]

# The state of a fit: the scale of v; the l1 penalty that is owed; the sum of the scales over visits, for averages; w·w
# and the sum of |w| as the last step left them, which the loss has, and v·v and the sum of |v|, as they are. Then what
# does not change: the factor of each visit, what it adds to what is owed, and what w·w and |w| count in the loss.
SCALE, OWED, VISITS, LAST_SQUARES, LAST_SIZES, ALL_SQUARES, ALL_SIZES, FACTOR, RATE, OF_SQUARES, OF_SIZES = range(11)
PENALTY_STATE = 11
LEAST_SCALE = 1e-9  # below which v takes it over, and it is 1 again


def penalized_epoch(
    X: Any,
    order: Sequence[int],
    steps: Sequence[float],
    weights: tuple[MutableSequence[float], MutableSequence[float], MutableSequence[float]],
    sums: MutableSequence[float],
    tally: MutableSequence[float],
) -> int:
    """perceptron_epoch by weights (v, paid, state), where paid is what each has paid of an l1 penalty, if there is one.

    The loss adds up the penalty at each visit, too. The sums are of the changes of v, each times VISITS before it.
    """
    v, _, state = weights
    for done, i in enumerate(order):
        x, step = dense_row(X, i), float(steps[i])
        bias = len(v) - len(x)
        m = float(state[SCALE]) * dot(v[bias:], x) + (float(v[0]) if bias else 0.0)
        if not finite(m):
            return done
        if step == 0.0:
            continue
        right = m if step > 0.0 else -m
        tally[LOSS] += float(state[OF_SQUARES] * state[LAST_SQUARES]) + float(state[OF_SIZES] * state[LAST_SIZES])
        shrink(v, bias, sums, state)
        if right <= 0.0:
            count(tally, -right, right, scaled_step(v, x, step, sums, state, tally))
        else:
            tally[LEAST] = min(float(tally[LEAST]), right)
        if state[RATE]:
            pay(X, i, weights, bias, sums)
        state[VISITS] += state[SCALE]
        tally[SEEN] += 1.0
    return len(order)


def shrink(v: Any, bias: int, sums: Any, state: Any) -> None:
    """The scale times the factor of a visit; v takes it over where it is small."""
    factor = float(state[FACTOR])
    state[SCALE] *= factor
    state[LAST_SQUARES] *= factor * factor
    state[LAST_SIZES] *= factor
    if state[SCALE] >= LEAST_SCALE:
        return
    scale, visits = float(state[SCALE]), float(state[VISITS])
    for j in range(bias, len(v)):
        if len(sums):
            sums[j] -= visits * float(v[j])
        v[j] = scale * float(v[j]) + 0.0
    state[ALL_SQUARES] *= scale * scale
    state[ALL_SIZES] *= scale
    state[SCALE], state[VISITS] = 1.0, 0.0


def change(v: Any, j: int, new: float, state: Any) -> None:
    """Set v[j], and count what the loss has of it."""
    old = float(v[j])
    state[ALL_SQUARES] += new * new - old * old
    state[ALL_SIZES] += abs(new) - abs(old)
    v[j] = new


def scaled_step(v: Any, x: Any, step: float, sums: Any, state: Any, tally: Any) -> float:
    """v += step / scale * x, and the bias += step; returns the largest of those that changed."""
    bias, scale, peak = len(v) - len(x), float(state[SCALE]), 0.0
    scaled = step / scale
    weighted = float(state[VISITS]) * scaled
    for j, element in enumerate(floats(x), bias):
        change(v, j, float(v[j]) + scaled * element, state)
        peak = max(peak, abs(float(v[j])))
        if len(sums):
            sums[j] += weighted * element
    if bias:
        v[0] += step * float(tally[INPUT])
        peak = max(peak, abs(float(v[0])))
        if len(sums):
            sums[0] += float(tally[SEEN]) * step * float(tally[INPUT])
    state[LAST_SQUARES], state[LAST_SIZES] = state[ALL_SQUARES] * (scale * scale), state[ALL_SIZES] * scale
    return peak


def pay(X: Any, i: int, weights: Any, bias: int, sums: Any) -> None:
    """What the weights of row i owe: of a CSR row those of the elements that are stored."""
    v, paid, state = weights
    state[OWED] += state[RATE]
    scale, owed = float(state[SCALE]), float(state[OWED])
    columns = X[1][int(X[2][i]) : int(X[2][i + 1])].tolist() if isinstance(X, tuple) else range(len(v) - bias)
    for j in columns:
        old = float(v[bias + j])
        new = old
        if scale * old > 0.0:
            new = max(0.0, old - (owed + float(paid[j])) / scale)
        elif scale * old < 0.0:
            new = min(0.0, old + (owed - float(paid[j])) / scale)
        paid[j] += scale * (new - old)
        change(v, bias + j, new, state)
        if len(sums):
            sums[bias + j] += float(state[VISITS]) * (new - old)


def passive_aggressive_epoch(
    X: Any,
    order: Sequence[int],
    samples: tuple[Sequence[float], Sequence[float], Sequence[float]],
    w: MutableSequence[float],
    sums: MutableSequence[float],
    tally: MutableSequence[float],
) -> int:
    """A step for each row whose margin is below 1: samples are (what divides the loss, y times weight, most) of each.

    The loss is 1 - y * margin, the step y * weight * min(loss / divisor, most).
    """
    bias_input = float(tally[INPUT])
    for done, i in enumerate(order):
        x, (divisor, factor, most) = dense_row(X, i), (float(each[i]) for each in samples)
        m = margin(w, x)
        if not finite(m):
            return done
        if factor == 0.0:
            continue
        right = m if factor > 0.0 else -m
        loss = 1.0 - right
        if loss > 0.0:
            step = min(loss / divisor, most) * factor
            count(tally, loss, right, add_step(w, x, step, bias_input))
            if len(sums):
                add_step(sums, x, float(tally[SEEN]) * step, bias_input)
        else:
            tally[LEAST] = min(float(tally[LEAST]), right)
        tally[SEEN] += 1.0
    return len(order)
