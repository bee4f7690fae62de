"""Arrays made of arbitrary bytes: types, layouts and values as the bytes have it."""

import importlib

import numpy as np

from support.samples import lying_at

try:
    BFLOAT16 = np.dtype(importlib.import_module("ml_dtypes").bfloat16)
except ImportError:
    BFLOAT16 = np.dtype("f2")

FLOATS = tuple(map(np.dtype, ("f8", "f4", "f2", BFLOAT16)))
INTEGERS = tuple(map(np.dtype, ("i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "?")))
SWAPPED = tuple(map(np.dtype, (">f8", ">f4", ">f2", ">i2", ">u4", ">i8")))
REFUSED = tuple(map(np.dtype, ("c8", "O", "g")))
DTYPES = (*4 * FLOATS, *2 * INTEGERS, *SWAPPED, *REFUSED)
STEPS = (1, 1, 1, 1, 2, 3, -1, -2, 0)
SPECIALS = (
    0.0,
    -0.0,
    1.0,
    -1.0,
    np.inf,
    -np.inf,
    np.nan,
    2.0**-1074,
    2.0**-149,
    2.0**-24,
    65504.0,
    2.0**127,
    1e308,
    0.1,
)


class Bytes:
    """Choices from a string of bytes, the first ones when it is used up."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def one_of(self, choices):
        value = self.data[self.at] if self.at < len(self.data) else 0
        self.at += 1
        return choices[value % len(choices)]

    def seed(self, count):
        """So many of the bytes, or as many as there are."""
        found = self.data[self.at : self.at + count] or b"\0"
        self.at += len(found)
        return found

    def patterns(self, count):
        """Bytes that repeat a few of the string, so that special values come up as often as the fuzzer likes."""
        return np.resize(np.frombuffer(self.seed(24), np.uint8), count)


def any_bits(data, count, dtype):
    room = data.patterns(count * dtype.itemsize)
    return (room % 2 if dtype.kind == "b" else room).view(dtype)


def small(data, count, dtype):
    """Few different numbers, so that much cancels and many margins are 0."""
    values = (data.patterns(count) % 7).astype(np.int8)
    return (values if dtype.kind in "ub" else values - np.int8(3)).astype(dtype)


def special(data, count, dtype):
    values = np.array(SPECIALS)[data.patterns(count) % len(SPECIALS)]
    with np.errstate(all="ignore"):
        return values.astype(dtype) if dtype.kind not in "iub" else np.nan_to_num(values).clip(0, 100).astype(dtype)


def far_apart(data, count, dtype):
    """Both signs and many magnitudes: another order of adding would show."""
    draw = np.random.default_rng(list(data.seed(4)))
    spread = {8: 300, 4: 40}.get(dtype.itemsize, 6)
    if dtype.kind in "iub":
        room = draw.integers(0, 2 if dtype.kind == "b" else 256, count * dtype.itemsize, np.uint8)
        return room.view(dtype)
    values = draw.standard_normal(count) * np.exp2(draw.integers(-spread, spread + 1, count))
    values[count // 2 : count // 2 * 2] = -values[: count // 2]
    return values.astype(dtype)


VALUES = (any_bits, small, special, far_apart)


def vector(data, count, dtype):
    """`count` writable numbers of a native or swapped dtype, side by side."""
    native = dtype.newbyteorder("=")
    return data.one_of(VALUES)(data, count, native).astype(dtype)


def array(data, shape, dtypes=DTYPES):
    """An array of this shape, of a type, layout and values that the bytes choose; nobody else has its memory."""
    dtype, steps = data.one_of(dtypes), [data.one_of(STEPS) for _ in shape]
    if dtype.kind in "Oc" or dtype.char == "g":
        return np.full(shape, 2**70, dtype)
    room = [max(1, size * abs(step)) for size, step in zip(shape, steps, strict=True)]
    v = vector(data, int(np.prod(room)), dtype)
    v = lying_at(v, 1) if data.one_of((False, False, False, True)) else v
    v = v.reshape(room, order=data.one_of("CCF"))
    for axis, (length, step) in enumerate(zip(shape, steps, strict=True)):
        v = np.moveaxis(v, axis, 0)
        v = v[:: abs(step)][:length] if step else np.broadcast_to(v[:1], (length, *v.shape[1:]))
        v = np.moveaxis(v[::-1] if step < 0 else v, 0, axis)
    return v
