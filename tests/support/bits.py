"""What the law promises of a float: every bit, and of a NaN only that it is one."""

import math

import numpy as np


def bits(value):
    """Equal for two floats exactly when the law calls them equal: 0.0 and -0.0 differ, any two NaNs do not."""
    assert isinstance(value, float)
    return "nan" if math.isnan(value) else value.hex()


def array_bits(v):
    """Equal for two arrays or NumPy scalars exactly when type, shape and the bits of every element are."""
    assert isinstance(v, np.ndarray | np.generic)
    floats = v.dtype.kind == "f" or v.dtype.name == "bfloat16"
    alike = np.where(np.isnan(v), v.dtype.type(math.nan), v) if floats else np.asarray(v)
    return v.dtype.str, v.shape, alike.tobytes()
