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
    assert done.returncode == 0, (done.returncode, done.stderr)  # what a signal ends says nothing
    return done.stdout


def last_error(code, **environment):
    """The last line of the traceback of a program that must fail."""
    done = run("-c", code, **environment)
    assert done.returncode != 0, done.stdout
    return done.stderr.strip().splitlines()[-1]


# Where Python may raise Ctrl-C a tracer may: a call in which the step of this number is the one, of the functions
# named, if some are. Whether the call came so far.
INTERRUPTED = """
import sys

def interrupted(call, step, functions=()):
    def count(frame, event, argument):
        nonlocal step
        if functions and frame.f_code.co_name not in functions:
            return None
        frame.f_trace_opcodes = True
        step -= event == "opcode"
        if step < 0:
            raise KeyboardInterrupt
        return count

    sys.settrace(count)
    try:
        call()
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(None)
    return False

"""

# A program's vector with a page before and one after it that nobody may touch, so that a read too many is a crash.
BETWEEN_FORBIDDEN_PAGES = """
import ctypes, mmap
import numpy, onedot

PAGE = mmap.PAGESIZE

def between_forbidden_pages(dtype, pages=2):
    room = mmap.mmap(-1, (pages + 2) * PAGE)
    start = ctypes.addressof(ctypes.c_char.from_buffer(room))
    mprotect = ctypes.CDLL(None, use_errno=True).mprotect
    mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    for page in (0, pages + 1):
        assert mprotect(start + page * PAGE, PAGE, 0) == 0
    values = numpy.frombuffer(room, dtype, offset=PAGE, count=pages * PAGE // numpy.dtype(dtype).itemsize)
    values[:] = numpy.random.default_rng(1).standard_normal(len(values))
    return values
"""
