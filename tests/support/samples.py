"""Vectors on which the order of adding shows, and the ways one vector can lie in memory."""

import numpy as np

import onedot

EXPONENTS = {"float64": 20, "float32": 20, "float16": 12, "bfloat16": 20}


def vector(n, dtype="float64", seed=0):
    """n numbers of both signs and of magnitudes so far apart that another order of adding gives other bits."""
    draw = np.random.default_rng([seed, n])
    spread = EXPONENTS[dtype]
    return (draw.standard_normal(n) * np.exp2(draw.integers(-spread, spread, n))).astype(dtype)


def hex_of_dot(n):
    """The dot of two vectors; here, where a process of its own finds it, which a test's module need not be."""
    return onedot.dot(vector(n, seed=1), vector(n, seed=2)).hex()


def lying_at(v, offset, step=1):
    """v's values at `offset` bytes past a multiple of 64, `step` elements apart; a negative step runs backwards.

    NaNs lie around and between them, so that a sum that reads one too many shows.
    """
    span = (max(len(v) - 1, 0) * abs(step) + 1) * v.itemsize
    room = np.full(span + 192, 0xFF, np.uint8)
    start = -room.ctypes.data % 64 + offset
    lattice = room[start : start + span].view(v.dtype)
    lain = lattice[:: abs(step)][: len(v)]
    lain = lain[::-1] if step < 0 else lain
    lain[:] = v
    return lain


def repeated(value, n):
    """n times `value` in the memory of one: a stride of 0."""
    return np.broadcast_to(value, n)


def byte_swapped(v):
    return v.astype(v.dtype.newbyteorder())


def read_only(v):
    v = v.copy()
    v.flags.writeable = False
    return v


def changed(v, place, value):
    """v with one element another."""
    v = v.copy()
    v[place] = value
    return v


def memory_mapped(path, v):
    v.tofile(path)
    return np.memmap(path, v.dtype, "r")


LAYOUTS = {
    "contiguous": np.copy,
    "stride 2": lambda v: lying_at(v, 0, 2),
    "stride 3": lambda v: lying_at(v, 0, 3),
    "stride -1": lambda v: lying_at(v, 0, -1),
    "stride -2": lambda v: lying_at(v, 0, -2),
    "stride -3": lambda v: lying_at(v, 0, -3),
    "misaligned by a byte": lambda v: lying_at(v, 1),
    "misaligned, stride -2": lambda v: lying_at(v, 3, -2),
    "byte-swapped": byte_swapped,
    "byte-swapped, stride 2": lambda v: lying_at(byte_swapped(v), 0, 2),
    "read-only": read_only,
    "a column": lambda v: np.stack([v, v, v], axis=1)[:, 1],
    "a field": lambda v: np.rec.fromarrays([np.zeros(len(v), np.int8), v], names="a, b").view(np.ndarray)["b"],
    "memoryview": memoryview,
    "list": lambda v: v.tolist(),
}
