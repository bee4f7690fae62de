"""A fresh interpreter, for what happens once in a process: imports, environment variables, signals, forks."""

import os
import subprocess
import sys

from onedot import levels

HANGS_AFTER = 120  # seconds, a limit for what never ends and no measure of anything


def run(*arguments, **environment):
    """Python with these arguments, with warnings as errors and no ONEDOT_ variables but those given."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ONEDOT_")}
    # A pure build warns that it is one unless it is asked for the reference.
    quiet = {} if levels.compiled else {"ONEDOT_LEVEL": "reference"}
    return subprocess.run(
        [sys.executable, "-X", "utf8", "-W", "error", *arguments],
        env=inherited | quiet | environment,
        capture_output=True,
        encoding="utf-8",
        timeout=HANGS_AFTER,
        check=False,
    )


def printed(code, **environment):
    """What a program prints that must succeed."""
    done = run("-c", code, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def last_error(code, **environment):
    """The last line of the traceback of a program that must fail."""
    done = run("-c", code, **environment)
    assert done.returncode != 0, done.stdout
    return done.stderr.strip().splitlines()[-1]
