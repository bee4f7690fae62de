"""A call of the public API made of arbitrary bytes, and what every level makes of it. A fuzzer chooses the bytes.

`PYTHONPATH=tests python -m support.fuzz SECONDS` runs it on random bytes; `tools/harden atheris` on those that
coverage suggests.
"""

import random
import sys
import time
import warnings
from collections import Counter

import numpy as np

from onedot import levels
from support.fuzz_arrays import BFLOAT16, Bytes
from support.fuzz_calls import call_of


def compared(value):
    """Equal for two values exactly when the law calls them equal: any two NaNs are."""
    if isinstance(value, tuple):
        return tuple(map(compared, value))
    v = np.asarray(value)
    if v.dtype.kind == "f" or v.dtype == BFLOAT16:
        v = np.where(np.isnan(v), np.array("nan", "f4").astype(v.dtype), v)
    return type(value), v.dtype.str, v.shape, str(v.tolist()) if v.dtype.kind == "O" else v.tobytes()


def outcome(call):
    """What a call gives or raises, and what is then in its arrays."""
    try:
        with np.errstate(all="ignore"):
            made = compared(call.function(*call.arguments, **call.keywords))
    except (TypeError, ValueError, OverflowError) as error:
        made = type(error), str(error)
    return made, *map(compared, call.arrays())


def check(data):
    """Every level must make the same of these bytes."""
    made = {}
    for name in levels.runnable():
        with levels.using(name), np.errstate(all="ignore"):
            made[name] = outcome(call_of(Bytes(data)))
    if len(set(made.values())) != 1:
        raise AssertionError(f"{call_of(Bytes(data))}: levels differ on {data!r}: {made}")
    return made.popitem()[1][0]


def run(seconds):
    """Random bytes for so long; prints how many calls that was, of what, and all that differ. Whether none did."""
    warnings.simplefilter("error")
    seed = random.SystemRandom().randrange(2**32)
    draw, end, calls, refused, wrong = random.Random(seed), time.monotonic() + seconds, Counter(), 0, 0
    while time.monotonic() < end:
        data = draw.randbytes(64)
        calls[call_of(Bytes(data)).function.__name__] += 1
        try:
            made = check(data)
            refused += isinstance(made[0], type) and issubclass(made[0], Exception)
        except Exception as error:
            wrong += 1
            print(f"{data!r}: {type(error).__name__}: {error}"[:2000], flush=True)
    print(", ".join(f"{name} {count}" for name, count in calls.most_common()))
    count = f"{calls.total()} calls at {len(levels.runnable())} levels, {refused} of them refused"
    print(f"{count}, {wrong or 'none'} differ{'' if wrong else 's'} (seed {seed})")
    return not wrong


if __name__ == "__main__":
    sys.exit(0 if run(float(sys.argv[1])) else 1)
