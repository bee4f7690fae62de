"""The one-dot law in pure Python: what every kernel computes, to the last bit.

This is the specification, not an approximation of it. It is what runs where nothing is compiled, and
the kernels are tested against it with `==`. Neither `sum` nor `math.fma` may appear: since Python 3.12
`sum` compensates, and a fused multiply-add skips a rounding.
"""

from collections.abc import Iterable, MutableSequence, Sequence
from typing import Any, SupportsFloat, SupportsInt

from onedot.elementary import arctangent, exp, exp_of, relu, sigmoid, sign, softplus, step, tanh
from onedot.exact_reference import exact_bounds, exact_integer, exact_row_dots

__all__ = [
    "BLOCK",
    "LANES",
    "add_bias",
    "arctangent",
    "block_sums",
    "csr_order",
    "dot",
    "exact_bounds",
    "exact_integer",
    "exact_row_dots",
    "exp",
    "fold",
    "integer_dot",
    "integer_row_dots",
    "joint_epoch",
    "lms_epoch",
    "lms_update",
    "margin",
    "margins",
    "perceptron_epoch",
    "perceptron_update",
    "relu",
    "row_dots",
    "shuffle",
    "sigmoid",
    "sign",
    "softmax",
    "softplus",
    "squares",
    "step",
    "tanh",
]

LANES = 32
BLOCK = 4096


def floats(v: Iterable[SupportsFloat]) -> list[float]:
    """The elements widened to binary64, which is exact for every narrower float."""
    return [float(element) for element in (v.tolist() if hasattr(v, "tolist") else v)]


def integers(v: Iterable[SupportsInt]) -> list[int]:
    """The elements as Python's integers."""
    return [int(element) for element in (v.tolist() if hasattr(v, "tolist") else v)]


def fold(v: Iterable[SupportsFloat]) -> float:
    """The sum of v, padded with zeros to a power of two, then folded in half until one number is left."""
    sums = floats(v)
    width = 1
    while width < len(sums):
        width *= 2
    sums += [0.0] * (width - len(sums))
    while len(sums) > 1:
        half = len(sums) // 2
        sums = [near + far for near, far in zip(sums[:half], sums[half:], strict=True)]
    return sums[0]


def block_sums(x: Sequence[SupportsFloat], y: Sequence[SupportsFloat], out: MutableSequence[float]) -> None:
    """out[k] = the sum of x[i] * y[i] over block k, in 32 lanes that are folded at its end."""
    x, y = floats(x), floats(y)
    for start in range(0, len(x), BLOCK):
        lanes = [0.0] * LANES
        for i in range(start, min(start + BLOCK, len(x))):
            lanes[(i - start) % LANES] += x[i] * y[i]
        out[start // BLOCK] = fold(lanes)


def dot(x: Sequence[SupportsFloat], y: Sequence[SupportsFloat]) -> float:
    """x·y, the fold of the sums of its blocks."""
    out = [0.0] * -(-len(x) // BLOCK)
    block_sums(x, y, out)
    return fold(out)


def row_dots(A: Sequence[Any], X: Sequence[Any], out: MutableSequence[Any]) -> None:
    """out[s][m] = A[s][m]·X[s][m], rounded once to the type of out."""
    for A_s, X_s, out_s in zip(A, X, out, strict=True):
        for m in range(len(out_s)):
            out_s[m] = dot(A_s[m], X_s[m])


def integer_dot(x: Iterable[SupportsInt], y: Iterable[SupportsInt]) -> int:
    """x·y of integers and bools: the exact integer, of any size."""
    total = 0
    for a, b in zip(integers(x), integers(y), strict=True):
        total += a * b
    return total


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


# Training. Weights w are one array of binary64: as long as a row x, or longer by one, and then w[0] is the bias, the
# weight of a constant input 1. A step adds step * (1, x) to them, each product rounded, then added.

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
    data, indices, indptr, d = X
    span = slice(int(indptr[i]), int(indptr[i + 1]))
    dense = [0.0] * d
    for j, element in zip(indices[span].tolist(), floats(data[span]), strict=True):
        dense[j] = element
    return dense


def margins(X: Any, w: Sequence[SupportsFloat], out: MutableSequence[float]) -> None:
    """out[i] = the margin of row i of X."""
    for i in range(len(out)):
        out[i] = margin(w, dense_row(X, i))


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


def shuffle(order: MutableSequence[int], state: MutableSequence[int]) -> None:
    """Exchange order[i] with order[j] for i from the last down to 1, each j <= i with the same probability.

    The generator is splitmix64, whose state moves on. j is the upper half of the product of i + 1 and the
    upper 32 bits of a number drawn; numbers that would favour some j are drawn again (Lemire, "Fast random
    integer generation in an interval", 2019, https://doi.org/10.1145/3230636).
    """
    for i in range(len(order) - 1, 0, -1):
        product = (next_bits(state) >> 32) * (i + 1)
        while product % 2**32 < 2**32 % (i + 1):
            product = (next_bits(state) >> 32) * (i + 1)
        j = product >> 32
        order[i], order[j] = int(order[j]), int(order[i])


def next_bits(state: MutableSequence[int]) -> int:
    """The next 64 bits of splitmix64 (Steele, Lea and Flood, 2014, https://doi.org/10.1145/2660193.2660195)."""
    z = (int(state[0]) + 0x9E3779B97F4A7C15) % 2**64
    state[0] = z
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB % 2**64
    return z ^ (z >> 31)


def integer_row_dots(A: Sequence[Any], X: Sequence[Any], out: MutableSequence[Any]) -> int | None:
    """out[s][m] = A[s][m]·X[s][m] in int64; a result that does not fit is returned at once, or None."""
    for A_s, X_s, out_s in zip(A, X, out, strict=True):
        for m in range(len(out_s)):
            value = integer_dot(A_s[m], X_s[m])
            if not -(2**63) <= value < 2**63:
                return value
            out_s[m] = value
    return None
