"""Tables as pandas has them, which need not be installed: columns of several types, and of numbers that may be missing.

NumPy makes objects of both, or rounds the integers beside floats. So each column is read by itself.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["columns_of", "is_table", "may_miss", "numbers_of"]


def is_table(x: Any) -> bool:
    """Whether x has columns of several types, or of one that NumPy does not know."""
    if not (hasattr(x, "columns") and hasattr(x, "dtypes") and hasattr(x, "iloc")):
        return False
    dtypes = set(x.dtypes)
    return len(dtypes) > 1 or not all(isinstance(dtype, np.dtype) for dtype in dtypes)


def columns_of(name: str, x: Any) -> list[tuple[str, Any]]:
    """Every column, after what an error is to call it."""
    return [(f"column {label!r} of {name}", x.iloc[:, j]) for j, label in enumerate(x.columns)]


def may_miss(x: Any) -> bool:
    """Whether x is a column, or an array, of numbers some of which may be missing."""
    dtype = getattr(getattr(x, "dtype", None), "numpy_dtype", None)
    return isinstance(dtype, np.dtype) and dtype.kind in "iubf" and hasattr(x, "isna") and hasattr(x, "to_numpy")


def numbers_of(op: str, name: str, x: Any) -> NDArray[Any]:
    """The numbers of such a column; TypeError if one is missing."""
    if x.isna().any():
        raise TypeError(f"{op}: {name} has missing values; want them filled or dropped, as fillna and dropna do")
    return np.asarray(x.to_numpy(x.dtype.numpy_dtype))
