"""The command line: `onedot bench`, `onedot info`, `onedot verify`."""

import argparse
import codecs
import contextlib
import io
import os
import sys
from collections.abc import Sequence

from onedot import __version__
from onedot._commands import bench, info, verify

__all__ = ["main"]

CANNOT = 2  # what is asked for cannot be
INTERRUPTED = 130  # as a shell reports SIGINT
BROKEN_PIPE = 141  # as a shell reports SIGPIPE

PLAIN = {"–": "-", "×": "x", "µ": "u", "·": "."}  # what stands for a character in an encoding that lacks it


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand and return its exit status: 0, 1 if a check failed, 2 if asked for what cannot be.

    Whatever becomes of its output, it ends without a traceback: 2 and one line if the output cannot be written.
    """
    _prepare_streams()
    try:
        return _run(argv)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return BROKEN_PIPE
    except OSError as error:
        with contextlib.suppress(OSError):
            print(f"onedot: {error.filename or 'the output'}: {error.strerror}", file=sys.stderr, flush=True)
        return CANNOT
    finally:
        _drop_what_cannot_be_written()


def _run(argv: Sequence[str] | None) -> int:
    """The exit status of the subcommand, all of whose output is written."""
    try:
        arguments = _parser().parse_args(argv)
        status: int = arguments.run(arguments)
    finally:
        sys.stdout.flush()  # after `--help`, too, which raises SystemExit
    return status


def _prepare_streams() -> None:
    """Give what is closed somewhere to write to, and have what an encoding lacks replaced."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            setattr(sys, name, open(nowhere, "w", encoding="utf-8", closefd=False))  # noqa: SIM115 (open to the end)
    codecs.register_error("onedot", _plainly)
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors in ("strict", "surrogateescape"):
        # Written when it is flushed, as argparse keeps to itself what fails before.
        sys.stdout.reconfigure(errors="onedot", write_through=False)


def _plainly(error: UnicodeError) -> tuple[str, int]:
    """What to write instead of characters that the encoding of the output lacks: as many others."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(PLAIN.get(character, "?") for character in error.object[error.start : error.end]), error.end


def _drop_what_cannot_be_written() -> None:
    """Python flushes both streams once more when it ends, which must not fail again."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="onedot", description="One dot product: the same bits on every CPU, fast.")
    parser.add_argument("--version", action="version", version=f"onedot {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, command, text in (
        ("bench", bench, "time onedot against naive Python, NumPy and its peers, each result checked first"),
        ("info", info, "what runs here and why: level, CPU, compiler, versions, threads"),
        ("verify", verify, "check that every level here gives the published bits"),
    ):
        subparser = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
        command.add_arguments(subparser)
        subparser.set_defaults(run=command.run)
    return parser


if __name__ == "__main__":
    sys.exit(main())
