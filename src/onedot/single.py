"""Dot products in float32: the same bits everywhere, for speed; `onedot.dot` has twice the digits.

>>> import onedot
>>> x = np.array([3.0, 4.0], "float32")
>>> onedot.single.dot(x, x)
25.0
"""

from onedot._entry import single_dot as dot
from onedot._entry import single_matmul as matmul
from onedot._entry import single_matvec as matvec
from onedot._entry import single_vecdot as vecdot
from onedot._entry import single_vecmat as vecmat

__all__ = ["dot", "matmul", "matvec", "vecdot", "vecmat"]


def __dir__() -> list[str]:
    return __all__
