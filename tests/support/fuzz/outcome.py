"""What a call gives or raises, so that two outcomes are equal exactly when the law calls them equal."""

import contextlib

import numpy as np

from onedot import levels
from support.fuzz.arrays import BFLOAT16

CLEAN = (TypeError, ValueError, OverflowError, MemoryError)  # what the public API may raise on what it is given


def compared(value):
    """Equal for two values exactly when the law calls them equal: any two NaNs are. A forged array is what it views."""
    if issubclass(type(value), tuple | list):
        return tuple(map(compared, value))
    v = np.asarray(value)
    if v.dtype.kind == "f" or v.dtype == BFLOAT16:
        v = np.where(np.isnan(v), np.array("nan", "f4").astype(v.dtype), v)
    kind = np.ndarray if issubclass(type(value), np.ndarray) else type(value)
    return kind, v.dtype.str, v.shape, str(v.tolist()) if v.dtype.kind == "O" else v.tobytes()


def outcome(work, errors=CLEAN):
    """What work() gives, or the type and the message of what it raises, if that is one of `errors`."""
    try:
        with np.errstate(all="ignore"):
            return compared(work())
    except errors as error:
        return type(error), str(error)


def is_refusal(made):
    return isinstance(made[0], type) and issubclass(made[0], Exception)


def same_at_every_level(work, described):
    """What work() makes at every level, which must be the same; `described` says of what, if it is not."""
    made = {}
    for name in levels.runnable():
        with levels.using(name), np.errstate(all="ignore"):
            made[name] = work()
    if len(set(made.values())) != 1:
        raise AssertionError(f"{described()}: levels differ: {made}")
    return made.popitem()[1]


@contextlib.contextmanager
def said_of(described):
    """Says of what an assertion that fails was."""
    try:
        yield
    except AssertionError as error:
        with np.errstate(all="ignore"):
            raise AssertionError(f"{described()}: {error}") from None
