"""An index in a file: NumPy's .npy arrays one after the other, the rows last, so that they can be mapped."""

from __future__ import annotations

import os
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from onedot._core.files import Path, replacing

__all__ = ["Path", "read", "write"]

KIND = "onedot index 1"
TYPES = ("f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1")  # of rows
WORDS = ("u2",)
BFLOAT16 = "bfloat16"  # which .npy has no name for: its rows are written as words of 16 bits


def write(path: Path, metric: str, tier: str, X: NDArray[Any], squares: NDArray[np.float64] | None) -> None:
    """Write an index: what it is, the squares of its rows, or none of them, and its rows."""
    plain = X.dtype.kind != "V"
    says = np.array([KIND, metric, tier, "" if plain else BFLOAT16])
    with replacing(path) as file:
        for array in (says, np.empty(0) if squares is None else squares, X if plain else X.view(np.uint16)):
            npy.write_array(file, array, allow_pickle=False)


def read(op: str, path: Path) -> tuple[str, str, NDArray[Any], NDArray[np.float64] | None]:
    """Metric, tier, rows, which are mapped unless their byte order is another, and the squares of rows."""
    name = os.fspath(path)
    with open(path, "rb") as file:
        try:
            says = npy.read_array(file, allow_pickle=False)
            if says.shape != (4,) or str(says[0]) != KIND:
                raise ValueError("it does not say so")
            squares = npy.read_array(file, allow_pickle=False)
            X = _mapped(file, str(says[3]))
            cosine = str(says[1]) == "cosine"
            if squares.dtype.newbyteorder("=") != np.float64 or squares.shape != (len(X) if cosine else 0,):
                raise ValueError(f"squares of shape {squares.shape} and dtype {squares.dtype}")
        except Exception as error:  # whatever NumPy makes of the bytes
            said = f"{type(error).__name__}: {error}".partition(" on line ")[0]  # what follows may be an address
            raise ValueError(f"{op}: {name} is no index ({said}); want a file by Index.save") from None
    return str(says[1]), str(says[2]), X, squares.astype(np.float64) if cosine else None


def _mapped(file: IO[bytes], kind: str) -> NDArray[Any]:
    version = npy.read_magic(file)
    header = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}.get(version)
    if header is None:
        raise ValueError(f"an array of format {version}")
    shape, in_columns, dtype = header(file)
    if len(shape) != 2 or in_columns or f"{dtype.kind}{dtype.itemsize}" not in (WORDS if kind else TYPES):
        raise ValueError(f"rows of shape {shape} and dtype {dtype}")
    if kind not in ("", BFLOAT16):
        raise ValueError(f"rows of {kind!r}")
    offset, size = file.tell(), dtype.itemsize * shape[0] * shape[1]
    if os.fstat(file.fileno()).st_size != offset + size:
        raise ValueError(f"it has not the {offset + size} bytes that it speaks of")
    # Of no bytes nothing can be mapped.
    rows = np.memmap(file, dtype, "r", offset, shape).view(np.ndarray) if size else np.empty(shape, dtype)
    if not dtype.isnative:
        rows = rows.astype(dtype.newbyteorder("="))
    if kind:
        from ml_dtypes import bfloat16  # what made the index has it, too

        rows = rows.view(bfloat16)
    rows.flags.writeable = False
    return rows
