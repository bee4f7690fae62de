"""`onedot info`: what runs here and why."""

import argparse

__all__ = ["add_arguments", "facts", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`onedot info` takes nothing."""


def run(arguments: argparse.Namespace) -> int:
    """Print the facts that a bug report should hold, one a line."""
    table = facts()
    width = max(map(len, table))
    for name, value in table.items():
        print(f"{name:<{width}}  {value}")
    return 0


def facts() -> dict[str, str]:
    """This installation and this machine, by the name of the fact."""
    import numpy as np

    from onedot import __version__, get_num_threads, levels
    from onedot._benchmark import machine

    return {
        "onedot": __version__,
        "level": f"{levels.current()} ({levels.why()})",
        "levels built": ", ".join(levels.built()),
        "levels runnable": ", ".join(levels.runnable()),
        "CPU": machine.cpu(),
        "dots of bytes": ", ".join(levels.byte_dots) or "none",
        "compiler": levels.compiler or "none: nothing was built",
        "Python": machine.python(),
        "NumPy": np.__version__,
        "threads": f"up to {get_num_threads()}",
    }
