"""The command line: `onedot bench`, `onedot info`, `onedot verify`."""

import argparse
import os
import sys
from collections.abc import Sequence

from onedot import __version__
from onedot.commands import bench, info, verify

__all__ = ["main"]

INTERRUPTED = 130  # as a shell reports SIGINT
BROKEN_PIPE = 141  # as a shell reports SIGPIPE


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand and return its exit status: 0, 1 if a check failed, 2 if asked for what cannot be."""
    try:
        arguments = _parser().parse_args(argv)
        status: int = arguments.run(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Python flushes stdout once more when it ends, which must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    return status


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
