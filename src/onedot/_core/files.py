"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from threading import get_ident
from typing import IO

__all__ = ["Path", "replacing"]

Path = str | os.PathLike[str]


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file to write, which takes the name `path` once it is whole; what was there stays until then, or if it fails.

    So rows that are mapped from a file can be saved under its name. A pipe or a device is written as it is.
    """
    place = os.fsdecode(os.path.realpath(path))
    there = os.path.exists(place)
    if there and not os.path.isfile(place):
        with open(path, "wb") as file:
            yield file
        return
    part = f"{place}.{os.getpid()}.{get_ident()}.part"
    try:
        with _opened(part, path) as file:
            yield file
        if there:
            shutil.copymode(place, part)
        os.replace(part, place)
    except BaseException:
        try:  # noqa: SIM105 (a second Ctrl-C may come after the first call, so that this is to be it)
            os.unlink(part)
        except OSError:
            pass
        raise


def _opened(part: str, path: Path) -> IO[bytes]:
    """A new file `part`; an error is of `path`, the name that the caller knows."""
    try:
        return open(part, "wb")
    except OSError as error:
        raise OSError(error.errno, error.strerror, os.fspath(path)) from None
