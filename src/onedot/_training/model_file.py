"""Models in files: named arrays in NumPy's .npz format, of which nothing is executed and nothing taken on trust."""

import os
from collections.abc import Callable, Mapping
from typing import IO, Any

import numpy as np
from numpy.lib.npyio import NpzFile
from numpy.typing import NDArray

from onedot._core.files import Path, replacing

__all__ = ["Path", "read", "write"]


def write(path: Path, kind: str, arrays: Mapping[str, Any]) -> None:
    """Write the arrays, and of what kind they are, into the file `path`, whose name is taken as it is."""
    with replacing(path) as file:
        np.savez(file, format=np.array(kind), **arrays)


def read(
    op: str, path: Path, kind: str, wanted: Callable[[Mapping[str, Any]], Mapping[str, tuple[str, int]]], by: str
) -> dict[str, NDArray[Any]]:
    """The arrays that `write` has written, in native byte order.

    Parameters
    ----------
    wanted : callable
        Says, of the arrays found, which there must be: their types, as "f4 f8", and how many dimensions they have.
    by : str
        What it is that writes such files.

    Raises
    ------
    ValueError
        If the file holds anything else: pickles, another kind of model, arrays too few, too many or of other types.
    OSError
        If there is no such file.
    """
    with open(path, "rb") as file:
        try:
            arrays = _unpacked(file)
        except Exception as error:  # whatever NumPy, zipfile and zlib make of the bytes
            said = f"is no .npz file of arrays ({type(error).__name__}: {error})"
            raise ValueError(f"{op}: {os.fspath(path)} {said}; want a file by {by}") from None
    if str(arrays.pop("format", None)) != kind:
        raise ValueError(f"{op}: {os.fspath(path)} holds no {kind!r}; want a file by {by}")
    wrong = _wrong(arrays, wanted(arrays))
    if wrong:
        raise ValueError(f"{op}: {os.fspath(path)} is no whole {kind!r}: {wrong}; want a file by {by}")
    return {key: v.astype(v.dtype.newbyteorder("="), copy=False) for key, v in arrays.items()}


def _unpacked(file: IO[bytes]) -> dict[str, NDArray[Any]]:
    """Every array of the file."""
    from zipfile import ZipFile  # here because it costs the import 8 ms

    with ZipFile(file) as members, NpzFile(file, allow_pickle=False) as held:
        unpacked = sum(member.file_size for member in members.infolist())
        if unpacked > os.fstat(file.fileno()).st_size:  # `write` does not compress, so this is a bomb
            raise ValueError(f"its arrays would take {unpacked} bytes, more than it has")
        arrays = {key: held[key] for key in held.files}
    for key, v in arrays.items():
        if not isinstance(v, np.ndarray):
            raise ValueError(f"{key} is no array")
    return arrays


def _wrong(arrays: Mapping[str, NDArray[Any]], wanted: Mapping[str, tuple[str, int]]) -> str:
    """What is wrong with the arrays, nothing if they are as wanted."""
    if arrays.keys() != wanted.keys():
        return f"it holds {', '.join(sorted(arrays)) or 'no arrays'}, not {', '.join(sorted(wanted)) or 'any'}"
    for key, (types, dimensions) in wanted.items():
        v = arrays[key]
        held = v.dtype.kind if v.dtype.kind == "U" else f"{v.dtype.kind}{v.dtype.itemsize}"
        if held not in types.split() or v.ndim != dimensions:
            return f"{key} has dtype {v.dtype} and {v.ndim} dimensions"
    return ""
