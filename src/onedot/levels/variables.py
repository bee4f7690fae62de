"""Environment variables that ask for what cannot be."""

import os
import sys
from typing import NoReturn

__all__ = ["refuse"]


def refuse(message: str) -> NoReturn:
    """Raise ValueError; the command `onedot`, which cannot catch what its own import raises, ends in 2 and one line."""
    if _imported_by_the_command():
        if sys.stderr is not None:
            print(f"onedot: {message}", file=sys.stderr)
        raise SystemExit(2)
    raise ValueError(message)


def _imported_by_the_command() -> bool:
    """Whether this is `onedot ...` or `python -m onedot ...`, which Python calls `-m` until the package is imported."""
    program = sys.argv[0] if sys.argv else ""
    if program == "-m":
        return sys.orig_argv[-len(sys.argv)].removeprefix("-m") == "onedot"
    return os.path.splitext(os.path.basename(program))[0] == "onedot"
