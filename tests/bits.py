"""What the law promises of a float: every bit, and of a NaN only that it is one."""

import math


def bits(value):
    """Equal for two floats exactly when the law calls them equal: 0.0 and -0.0 differ, any two NaNs do not."""
    assert isinstance(value, float)
    return "nan" if math.isnan(value) else value.hex()
