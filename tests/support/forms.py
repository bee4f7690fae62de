"""Every form of a call beside the face, which is all there is where nothing compiled is in use."""

import numpy as np

from onedot import levels
from onedot.levels.table import REFERENCE

DTYPES = ("f8", "f4", "f2", ">f8", ">f4", "i8", ">i4", "u8", "i1", "?")


def outcome(function, *args, **keywords):
    """What a call gives, or how it refuses; results as their type and bits."""
    try:
        result = function(*args, **keywords)
    except Exception as error:
        return type(error), str(error)
    if isinstance(result, bool):
        return bool, result
    bits = np.array(result)
    bits[np.isnan(bits)] = 0  # as the sign of NaN is not promised
    return type(result), result.dtype, result.shape, np.isnan(result).tolist(), bits.tobytes()


def assert_as_face(function, *args, **keywords):
    """The same result, in type and bits, or the same refusal."""
    got = outcome(function, *args, **keywords)
    with levels.using(REFERENCE):
        assert got == outcome(function, *args, **keywords), (function, args, keywords)


def numbers(shape, dtype="f8", seed=0):
    values = np.random.default_rng(seed).integers(0 if np.dtype(dtype).kind in "ub" else -9, 9, shape)
    return (values / 8 if np.dtype(dtype).kind == "f" else values).astype(dtype)


def ways(v):
    """The same numbers as people pass them."""
    wide = np.zeros((*v.shape[:-1], 2 * v.shape[-1]), v.dtype)
    wide[..., ::2] = v
    yield from (v, v.tolist(), list(v), tuple(v), np.asfortranarray(v), v[..., ::-1], wide[..., ::2], v[::-1])
    yield from (list(wide[..., ::2]), [*v[:1].astype("f4"), *v[1:]])
    if v.ndim > 1:
        yield [*v, v[0][..., 1:]]  # which is no array
        yield [v, v[..., ::-1]]
    odd = np.empty(v.nbytes + 1, np.uint8)[1:].view(v.dtype).reshape(v.shape)
    odd[...] = v
    yield odd
    yield v.view(np.matrix) if v.ndim == 2 else memoryview(v)
