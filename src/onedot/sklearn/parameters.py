"""Parameters of the estimators: what each is to be, and the error where it is something else."""

import numbers
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np

from onedot.levels.refusals import shown

__all__ = [
    "CONSTRAINTS",
    "Constraints",
    "check_parameters",
    "is_finite",
    "is_one_of",
    "is_rate",
    "is_share",
    "is_whole",
]

Constraints = dict[str, tuple[str, Callable[[Any], bool]]]  # what is wanted, and whether a value is that


def check_parameters(estimator: Any, constraints: Constraints) -> None:
    for name, (wanted, is_right) in constraints.items():
        value = getattr(estimator, name)
        if not is_right(value):
            raise ValueError(f"{type(estimator).__name__}: {name} is {shown(value)}; want {wanted}")


def is_rate(value: Any) -> bool:
    return _is_real(value) and 0.0 < float(value) < np.inf


def is_share(value: Any) -> bool:
    """Whether it is a number from 0 to 1."""
    return _is_real(value) and 0.0 <= float(value) <= 1.0


def is_finite(value: Any) -> bool:
    """Whether it is a finite number of 0 or more."""
    return _is_real(value) and 0.0 <= float(value) < np.inf


def is_one_of(value: Any, words: tuple[str, ...]) -> bool:
    return isinstance(value, str) and value in words


def is_whole(value: Any) -> bool:
    """Whether it is an integer of 1 or more."""
    return _is_integer(value) and value >= 1


def _is_flag(value: Any) -> bool:
    return type(value) is bool or isinstance(value, np.bool_)


def _is_integer(value: Any) -> bool:
    return isinstance(value, numbers.Integral) and not isinstance(value, bool)


def _is_real(value: Any) -> bool:
    """Whether it is a number within the range of float64."""
    if not isinstance(value, numbers.Real) or isinstance(value, bool):
        return False
    with suppress(OverflowError):
        return float(value) == float(value)
    return False


CONSTRAINTS: Constraints = {
    **dict.fromkeys(
        ("fit_intercept", "shuffle", "early_stopping", "warm_start", "average"), ("True or False", _is_flag)
    ),
    "verbose": ("True, False or an integer of 0 or more", lambda v: _is_flag(v) or (_is_integer(v) and v >= 0)),
    "n_jobs": ("None or an integer", lambda v: v is None or _is_integer(v)),
    **dict.fromkeys(("max_iter", "n_iter_no_change"), ("an integer of 1 or more", is_whole)),
    "eta0": ("a positive finite number", is_rate),
    "tol": ("None or a number of 0 or more", lambda v: v is None or (_is_real(v) and v >= 0.0)),
    "validation_fraction": ("a number between 0 and 1", lambda v: _is_real(v) and 0.0 < v < 1.0),
}
