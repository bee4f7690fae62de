"""Tables of hostile calls: what each gives, to the last bit, or how it is refused, the same at every level."""

from typing import Any, NamedTuple

import numpy as np

from onedot import levels
from support.bits import array_bits, bits


class Row(NamedTuple):
    """One call, and what becomes of it."""

    name: str
    call: Any  # takes nothing
    wanted: Any  # what it gives, or the type of what it raises
    words: str = ""  # what the message must hold, as it stands


def is_refusal(row):
    return isinstance(row.wanted, type) and issubclass(row.wanted, BaseException)


def refusals(rows):
    return [row for row in rows if is_refusal(row)]


def name_of(row):
    return row.name


def frozen(value):
    """Equal for two values exactly when types, shapes and all bits are; a fit or an answer by what it holds."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "O":
        return type(value), value.shape, [frozen(item) for item in value.ravel()]
    if isinstance(value, np.ndarray | np.generic):
        return type(value), *array_bits(value)
    if isinstance(value, list | tuple):
        return type(value), [frozen(item) for item in value]
    return type(value), bits(value) if isinstance(value, float) else value


def outcome(row):
    """What the call gives, or the type and the message of what it raises."""
    try:
        return frozen(row.call())
    except Exception as error:  # whatever it is: the tests look at its type and words
        return type(error), str(error)


def check(row):
    found = outcome(row)
    if is_refusal(row):
        assert found[0] is row.wanted, found
        assert row.words in found[1]
    else:
        assert found == frozen(row.wanted)


def said_at_every_level(row):
    """The different outcomes of all levels that run here: one, if all is well."""
    said = []
    for name in levels.runnable():
        with levels.using(name):
            said.append(outcome(row))
    return [each for i, each in enumerate(said) if each not in said[:i]]


def are_distinct(rows):
    """Whether no two rows have one name."""
    return len({row.name for row in rows}) == len(rows)
