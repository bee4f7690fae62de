"""The specification: every kernel in pure Python, written to be read, and what runs where nothing is compiled.

The kernels are tested against it with `==`. Neither `sum` nor `math.fma` may appear: since Python 3.12 `sum`
compensates, and a fused multiply-add skips a rounding.
"""

from onedot._reference.best import best_of_rows, keep_above_roughly, keep_best, rough_part, sort_best
from onedot._reference.elementary import (
    arctangent,
    exp,
    gelu,
    leaky_relu,
    log_expit,
    log_one_plus,
    logit,
    relu,
    sigmoid,
    sign,
    silu,
    softplus,
    step,
    tanh,
)
from onedot._reference.exact import exact_bounds, exact_integer, exact_row_dots
from onedot._reference.law import BLOCK, LANES, block_sums, dot, fold, integer_dot, integer_row_dots, row_dots
from onedot._reference.layer import add_bias, log_softmax, softmax
from onedot._reference.mixing import mixed, mixed_sums, shard_bounds
from onedot._reference.order import shuffle
from onedot._reference.penalized import passive_aggressive_epoch, penalized_epoch
from onedot._reference.signs import row_signs
from onedot._reference.single import (
    single_block_sums,
    single_csr_dots,
    single_dot,
    single_fold,
    single_grain,
    single_row_dots,
)
from onedot._reference.training import (
    csr_order,
    interleave,
    joint_epoch,
    largest_places,
    lms_epoch,
    lms_update,
    margin,
    margins,
    perceptron_epoch,
    perceptron_update,
    places,
    rough_places,
    scores,
    sides,
    squares,
)

__all__ = [
    "BLOCK",
    "LANES",
    "add_bias",
    "arctangent",
    "best_of_rows",
    "block_sums",
    "csr_order",
    "dot",
    "exact_bounds",
    "exact_integer",
    "exact_row_dots",
    "exp",
    "fold",
    "gelu",
    "integer_dot",
    "integer_row_dots",
    "interleave",
    "joint_epoch",
    "keep_above_roughly",
    "keep_best",
    "largest_places",
    "leaky_relu",
    "lms_epoch",
    "lms_update",
    "log_expit",
    "log_one_plus",
    "log_softmax",
    "logit",
    "margin",
    "margins",
    "mixed",
    "mixed_sums",
    "passive_aggressive_epoch",
    "penalized_epoch",
    "perceptron_epoch",
    "perceptron_update",
    "places",
    "relu",
    "rough_part",
    "rough_places",
    "row_dots",
    "row_signs",
    "scores",
    "shard_bounds",
    "shuffle",
    "sides",
    "sigmoid",
    "sign",
    "silu",
    "single_block_sums",
    "single_csr_dots",
    "single_dot",
    "single_fold",
    "single_grain",
    "single_row_dots",
    "softmax",
    "softplus",
    "sort_best",
    "squares",
    "step",
    "tanh",
]
