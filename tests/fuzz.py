"""A call of the public API made of arbitrary bytes, and what every level makes of it. A fuzzer chooses the bytes.

`python tests/fuzz.py SECONDS` runs it on random bytes; `tools/harden atheris` on those that coverage suggests.
"""

import random
import sys
import time

import numpy as np

import onedot
from onedot import levels

DTYPES = ("f8", "f4", "f2", "i1", "u2", "i4", "u8", "i8", "?", ">f8", ">f4", ">i2", "c8", "O")
LENGTHS = (*range(34), 63, 64, 65, 100, 511, 513, 4095, 4096, 4097)
STEPS = (1, 1, 1, 2, 3, -1, -2, 0)
MOST = 2**13  # products, as the reference takes part


class Bytes:
    """Numbers from a string of bytes; zeros when it is used up."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def one_of(self, choices):
        value = self.data[self.at] if self.at < len(self.data) else 0
        self.at += 1
        return choices[value % len(choices)]

    def patterns(self, count):
        """Bytes that repeat a few of the string, so that special values come up as often as the fuzzer likes."""
        seed = self.data[self.at : self.at + 24] or b"\0"
        self.at += len(seed)
        return np.resize(np.frombuffer(seed, np.uint8), count)


def array(data, shape):
    """An array of this shape, of a type, layout and values that the bytes choose."""
    dtype = np.dtype(data.one_of(DTYPES))
    steps = [data.one_of(STEPS) for _ in shape]
    room_shape = [max(1, size * abs(step)) for size, step in zip(shape, steps, strict=True)]
    if dtype.kind == "O":
        return np.full(shape, 2**70, object)
    size = int(np.prod(room_shape)) * dtype.itemsize
    offset = data.one_of(range(9))
    room = data.patterns(size + offset)[offset:]
    if dtype.kind == "b":
        room = room % 2
    v = np.frombuffer(room.tobytes(), np.uint8)
    if offset % 2:
        v = np.concatenate([np.zeros(1, np.uint8), v])[1:]  # misaligned
    v = v.view(dtype).reshape(room_shape)
    for axis, (length, step) in enumerate(zip(shape, steps, strict=True)):
        v = np.moveaxis(v, axis, 0)
        v = v[: max(length * abs(step), 0) : abs(step) or 1][:length] if step else v[:1]
        v = v[::-1] if step < 0 else v
        v = np.broadcast_to(v, (length, *v.shape[1:])) if step == 0 else v
        v = np.moveaxis(v, 0, axis)
    return v


def call_of(data):
    """A function and two arrays, which mostly fit."""
    name = data.one_of(("dot", "matvec", "vecmat", "vecdot"))
    n = data.one_of(LENGTHS)
    m, b = data.one_of(range(20)), data.one_of(range(6))
    if n * max(m, 1) * max(b, 1) > MOST:
        m, b = min(m, max(1, MOST // max(n, 1))), 1
    other = n + (data.one_of(range(16)) == 0)
    shapes = {
        "dot": [((n,), (other,))],
        "matvec": [((m, n), (other,)), ((m, n), (b, other)), ((b, m, n), (b, other)), ((b, m, n), (other,))],
        "vecmat": [((other,), (n, m)), ((b, other), (n, m)), ((b, other), (b, n, m))],
        "vecdot": [((m, n), (m, other)), ((m, n), (other,)), ((b, 1, n), (m, other)), ((n,), (other,))],
    }[name]
    left, right = data.one_of(shapes)
    return getattr(onedot, name), array(data, left), array(data, right)


def outcome(function, x, y):
    """What a call gives, so that two are equal exactly when the law calls them equal."""
    try:
        with np.errstate(all="ignore"):
            value = function(x, y)
    except (TypeError, ValueError, OverflowError) as error:
        return type(error), str(error)
    v = np.asarray(value)
    if v.dtype.kind == "f":
        v = np.where(np.isnan(v), v.dtype.type("nan"), v)
    return type(value), v.dtype.str, v.shape, value if v.dtype.kind == "O" else v.tobytes()


def check(data):
    """Every level must make the same of these bytes."""
    function, x, y = call_of(Bytes(data))
    made = {}
    for name in levels.runnable():
        with levels.using(name):
            made[name] = outcome(function, x, y)
    if len(set(made.values())) != 1:
        call = f"{function.__name__}, {x.dtype} {x.shape} {x.strides}, {y.dtype} {y.shape} {y.strides}"
        raise AssertionError(f"{call}: levels differ on {data!r}: {made}")


def run(seconds):
    """Random bytes for so long; prints how many calls that was."""
    seed = random.SystemRandom().randrange(2**32)
    draw, end, count = random.Random(seed), time.monotonic() + seconds, 0
    while time.monotonic() < end:
        check(draw.randbytes(64))
        count += 1
    print(f"{count} calls at {len(levels.runnable())} levels, none differs (seed {seed})")


if __name__ == "__main__":
    run(float(sys.argv[1]))
