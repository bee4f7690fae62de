"""How a refusal says what was given, and how it ends where an environment variable asked for what cannot be."""

import os
import sys
from collections.abc import Callable
from typing import Any, NoReturn

__all__ = ["refuse", "shown"]


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


def shown(value: Any, text: Callable[[Any], str] = repr) -> str:
    """What an error says of a value: a large integer would fill a screen, and Python prints none of 4300 digits.

    An object that cannot say what it is must not replace the error by its own.
    """
    if issubclass(type(value), int) and value.bit_length() > 128:  # isinstance asks __class__, which may say anything
        return f"an integer of {value.bit_length()} bits"
    try:
        return text(value)
    except Exception:
        return f"a {type(value).__name__} that cannot be printed"
