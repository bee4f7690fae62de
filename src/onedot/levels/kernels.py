"""What every level offers: the functions that the faces call."""

from typing import Any, Protocol

__all__ = ["Kernels"]


class Kernels(Protocol):
    """The functions of `onedot._reference`, as each level has them. They trust their caller: no shape is checked."""

    single_grain: int
    """Products of the single tier between two looks at Ctrl-C: some milliseconds of them."""

    rough_part: int
    """Products of a rough score that are summed before others join them."""

    def dot(self, x: Any, y: Any) -> float:
        """x·y of one-dimensional float arrays of one dtype and length, up to 2**20 elements."""

    def block_sums(self, x: Any, y: Any, out: Any) -> None:
        """out[k] = the sum of x * y over block k."""

    def fold(self, v: Any) -> float:
        """The fold of v, which may be used as scratch."""

    def row_dots(self, A: Any, X: Any, out: Any) -> None:
        """out[s, m] = A[s, m]·X[s, m] for rows of up to 2**20 elements, rounded once to float64 or float32."""

    def integer_dot(self, x: Any, y: Any) -> int:
        """x·y of one-dimensional arrays of integers and bools, of one length: the exact integer."""

    def integer_row_dots(self, A: Any, X: Any, out: Any) -> int | None:
        """out[s, m] = A[s, m]·X[s, m] in int64; a result that does not fit is returned at once, or None."""

    def exp(self, x: Any, out: Any) -> None:
        """out[i] = exp(x[i]); one-dimensional contiguous float64, and out may be x."""

    def sigmoid(self, x: Any, out: Any) -> None:
        """out[i] = 1 / (1 + exp(-x[i])); one-dimensional contiguous float64, and out may be x."""

    def log_expit(self, x: Any, out: Any) -> None:
        """out[i] = -log(1 + exp(-x[i])); one-dimensional contiguous float64, and out may be x."""

    def logit(self, x: Any, out: Any) -> None:
        """out[i] = log(x[i] / (1 - x[i])); one-dimensional contiguous float64, and out may be x."""

    def tanh(self, x: Any, out: Any) -> None:
        """out[i] = tanh(x[i]); one-dimensional contiguous float64, and out may be x."""

    def softplus(self, x: Any, out: Any) -> None:
        """out[i] = log(1 + exp(x[i])); one-dimensional contiguous float64, and out may be x."""

    def arctangent(self, x: Any, out: Any) -> None:
        """out[i] = arctan(x[i]) for x[i] from 0 to 1; one-dimensional contiguous float64, and out may be x."""

    def relu(self, x: Any, out: Any) -> None:
        """out[i] = x[i] where x[i] >= 0, otherwise 0; one-dimensional contiguous float64, and out may be x."""

    def leaky_relu(self, x: Any, out: Any) -> None:
        """out[i] = x[i] where x[i] >= 0, otherwise 0.01 * x[i]; one-dimensional contiguous float64; out may be x."""

    def gelu(self, x: Any, out: Any) -> None:
        """out[i] = x[i] * (1 + erf(x[i] / sqrt(2))) / 2; one-dimensional contiguous float64, and out may be x."""

    def silu(self, x: Any, out: Any) -> None:
        """out[i] = x[i] / (1 + exp(-x[i])); one-dimensional contiguous float64, and out may be x."""

    def log_one_plus(self, x: float) -> float:
        """log(1 + x) for x from 0 to 2**64."""

    def step(self, x: Any, out: Any) -> None:
        """out[i] = 1 where x[i] >= 0, otherwise 0; one-dimensional contiguous float64, and out may be x."""

    def sign(self, x: Any, out: Any) -> None:
        """out[i] = -1, 0 or 1; one-dimensional contiguous float64, and out may be x."""

    def softmax(self, X: Any, out: Any) -> None:
        """out[i] = exp(X[i] - max(X[i])) over the sum of these; contiguous float64 or float32 rows of up to 2**20."""

    def log_softmax(self, X: Any, out: Any) -> None:
        """out[i] = the logarithm of what softmax gives, of the same rows."""

    def add_bias(self, Z: Any, b: Any) -> None:
        """Z[i, j] += b[j], for contiguous float64."""

    def row_signs(self, A: Any, X: Any, b: float, out: Any) -> int:
        """out[s, m] = the sign of A[s, m]·X[s, m] + b as int8, 2 if it has none; how many the exact tier decided."""

    def exact_row_dots(self, A: Any, X: Any, out: Any, name: str) -> int:
        """The same from the real number, to the float type `name`; how many results took the exact sum."""

    def exact_bounds(self, x: Any, y: Any, out: Any) -> None:
        """abs(x·y - (out[0] + out[1])) <= out[2] for up to 2**20 elements; NaN where no bound is known."""

    def exact_integer(self, x: Any, y: Any) -> tuple[int, float]:
        """x·y times 2**2148, and what its infinite and NaN products add up to, 0.0 if there are none."""

    def single_block_sums(self, x: Any, y: Any, out: Any) -> None:
        """out[k] = the sum of x * y over block k in binary32, fused, of 1-D arrays of one dtype up to float32."""

    def single_fold(self, v: Any) -> float:
        """The fold of float32 sums of blocks, which may be used as scratch, and 0.0."""

    def single_row_dots(self, A: Any, X: Any, out: Any) -> None:
        """out[s, m] = A[s, m]·X[s, m] in binary32, for rows of up to 2**20 elements."""

    def single_csr_dots(self, X: Any, w: Any, out: Any) -> None:
        """out[i] = the dot in binary32 of row i of a CSR matrix of float32 and finite w, of as many columns."""

    def perceptron_update(self, w: Any, x: Any, step: float) -> int:
        """w += step * (1, x) if x is on the wrong side or on none: 1; otherwise 0; -1 if numbers overflow."""

    def lms_update(self, w: Any, x: Any, target: float, rate: float) -> float:
        """w += rate * error * (1, x); the error, NaN if numbers overflow."""

    def perceptron_epoch(self, X: Any, order: Any, steps: Any, w: Any, sums: Any, tally: Any) -> int:
        """perceptron_update for each row in order; how many rows are done."""

    def joint_epoch(self, X: Any, order: Any, samples: Any, W: Any, sums: Any, tally: Any) -> int:
        """The same for a row of weights a class."""

    def lms_epoch(self, X: Any, order: Any, samples: Any, w: Any, sums: Any, tally: Any) -> int:
        """lms_update for each row in order; how many rows are done."""

    def penalized_epoch(self, X: Any, order: Any, steps: Any, weights: Any, sums: Any, tally: Any) -> int:
        """perceptron_epoch by weights (v, paid, state), which are scale * v, with a penalty; how many rows are done."""

    def passive_aggressive_epoch(self, X: Any, order: Any, samples: Any, w: Any, sums: Any, tally: Any) -> int:
        """A step for each row whose margin is below 1, as long as its loss asks for; how many rows are done."""

    def margins(self, X: Any, w: Any, out: Any) -> None:
        """out[i] = the margin of row i, rounded to the type of out: float64 or float32."""

    def sides(self, X: Any, w: Any, bias: float, out: Any) -> None:
        """out[i] = the margin of row i by as many weights as X has columns, or another number of its sign."""

    def interleave(self, W: Any, columns: Any) -> tuple[float, bool]:
        """columns[j, k] = W[k, j], and zeros behind, or if they are float32 the largest magnitude last; the largest
        |W[k, j]|, infinite if one is not finite, and whether all are whole numbers."""

    def scores(self, X: Any, weights: Any, out: Any) -> None:
        """out[i, k] = the dot of row i of a CSR matrix and columns[:, k], up to 32 and a multiple of 4, of weights:
        these columns and what `interleave` returned; rounded to the type of out, as margins are."""

    def places(self, X: Any, weights: Any, bias: Any, out: Any) -> int:
        """out[i] = the first place of the largest score of row i and its bias; how many rows are done."""

    def rough_places(self, X: Any, weights: Any, bias: Any, out: Any) -> int:
        """The same by columns of float32, 4, 8, 16 or 32 each, or -1 where these leave it in doubt; how often."""

    def largest_places(self, scores: Any, bias: Any, out: Any) -> bool:
        """out[i] = the first place of the largest of scores[:, i] + bias; whether all these are finite."""

    def squares(self, X: Any, out: Any) -> None:
        """out[i] = x·x for row x = X[i]."""

    def csr_order(self, indices: Any, indptr: Any, d: int) -> int:
        """0 if the columns of each row rise strictly, 1 if they do not, -1 if one of them is not a column."""

    def shuffle(self, order: Any, state: Any) -> None:
        """Shuffle `order` by the generator whose state is given: every permutation of it is equally likely."""

    def keep_best(self, S: Any, first: int, best: Any, rows: Any, filled: int) -> None:
        """Let heaps best[q], rows[q] hold the best of their first `filled` and of S[q], scores of rows from `first`."""

    def sort_best(self, best: Any, rows: Any) -> None:
        """Order each heap: the best is then at 0."""

    def keep_above_roughly(
        self, X: Any, Q: Any, cosine: bool, first: int, k: int, scores: Any, places: Any, filled: Any, least: Any
    ) -> float:
        """Add rows whose X[i]·Q[q], nearly, or that over |X[i]|, is above least[q] to the filled[q] that are kept of
        query q, of which k are left where there is no more room; the largest X[i]·X[i], nearly, infinite if one is
        NaN."""

    def best_of_rows(self, X: Any, Q: Any, scores: Any, places: Any, least: Any, best: Any, rows: Any) -> None:
        """best[q], rows[q] = the best by dots with Q[q] of rows places[q] whose scores[q] are least[q] or more."""
