"""Tables of hostile calls: what each gives, to the last bit, or how it is refused, the same at every level.

A test file makes a table of rows and says `TestCalls = checks_of(ROWS, least=200)`, which pytest finds by that name.
"""

import array
import dataclasses
import re
from typing import Any, NamedTuple

import numpy as np

from onedot import levels
from support.bits import array_bits, bits
from support.cells import in_one_test


class Row(NamedTuple):
    """One call, and what becomes of it."""

    name: str
    call: Any  # takes nothing
    wanted: Any  # what it gives, or the type of what it raises
    words: Any = ""  # what the message must hold, as it stands; or a pattern that it must match, whole
    operands: tuple = ()  # what must be as it was


def is_refusal(row):
    return isinstance(row.wanted, type) and issubclass(row.wanted, BaseException)


def frozen(value):
    """Equal for two values exactly when types, shapes and all bits are; a fit or an answer by what it holds."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "O":
        return type(value), value.shape, [frozen(item) for item in value.ravel()]
    if isinstance(value, np.ndarray | np.generic):
        return type(value), *array_bits(value)
    if dataclasses.is_dataclass(value):
        return type(value), [frozen(getattr(value, field.name)) for field in dataclasses.fields(value)]
    if isinstance(value, list | tuple):
        return type(value), [frozen(item) for item in value]
    return type(value), bits(value) if isinstance(value, float) else value


def outcome(row):
    """What the call gives, or the type and the message of what it raises."""
    try:
        return frozen(row.call())
    except Exception as error:  # whatever it is: the tests look at its type and words
        return type(error), str(error)


def states(operands):
    """All that a call could change of arrays, and of lists and the like."""
    arrays = [v for v in operands if isinstance(v, np.ndarray)]
    others = [list(map(id, v)) for v in operands if isinstance(v, list | tuple)]
    others += [v.tobytes() for v in operands if isinstance(v, array.array)]
    return others, [(np.asarray(v).tobytes(), v.dtype, v.shape, v.strides, v.flags.writeable) for v in arrays]


def check(row):
    before = states(row.operands)
    found = outcome(row)
    if not is_refusal(row):
        assert found == (wanted := frozen(row.wanted)), f"{found}; want {wanted}"
    else:
        assert found[0] is row.wanted, found
        whole = isinstance(row.words, re.Pattern)
        assert row.words.fullmatch(found[1]) if whole else row.words in found[1], found[1]
    assert states(row.operands) == before, "an operand has changed"


def checks_of(rows, least):
    """The test class of a table that has so many rows at the least."""

    class Table:
        def test_no_two_rows_have_one_name(self):
            assert len({row.name for row in rows}) == len(rows) >= least

        @in_one_test("row", rows, ids=lambda row: row.name)
        def test_every_call_gives_its_value_or_its_refusal(self, level, row):
            check(row)

        def test_every_level_refuses_in_the_same_words(self):
            said = []
            for name in levels.runnable():
                with levels.using(name):
                    said.append({row.name: outcome(row) for row in rows if is_refusal(row)})
                assert said[-1] == said[0], name

    return Table
