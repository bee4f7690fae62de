"""Run the fuzzers on random bytes, side by side.

`PYTHONPATH=tests python -m support.fuzz SECONDS [FUZZER ...]` runs them for so long, each
in a process of its own, so that a crash is reported with its bytes. `--again HEX` makes the call of those bytes, and
`tools/harden atheris` makes those that coverage suggests.

fuzzers.py names them.
"""

import argparse
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from onedot import levels
from support.fuzz.fuzzers import FUZZERS, LENGTH
from support.fuzz.outcome import is_refusal

MOST = 20  # findings, then it ends
MEMORY = 2**33  # bytes: a matrix of 2^31 columns, which is as good as any other, must not be the end of the machine


def run(name, seconds, note):
    """Random bytes for so long; prints how many calls that was, of what, and all that went wrong. Whether nothing did.

    The bytes of the call that runs are in the file `note`, for who looks after a crash.
    """
    warnings.simplefilter("error")
    if "ASAN_OPTIONS" not in os.environ:  # its shadow alone is larger; tools/harden sets a limit of its own
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    seed = random.SystemRandom().randrange(2**32)
    draw, end, calls, refused, wrong = random.Random(seed), time.monotonic() + seconds, Counter(), 0, 0
    while time.monotonic() < end and wrong < MOST:
        data = draw.randbytes(LENGTH)
        note.write_bytes(data)
        try:
            function, found = FUZZERS[name](data)
            calls[function] += 1
            refused += is_refusal(found)
        except Exception as error:
            wrong += 1
            print(f"{data.hex()}: {type(error).__name__}: {error}"[:2000], flush=True)
    print(", ".join(f"{function} {count}" for function, count in calls.most_common()))
    at = f"{calls.total()} calls at {len(levels.runnable())} levels"
    print(f"{name}: {at}, {refused} of them refused, {wrong or 'none'} wrong (seed {seed})")
    return not wrong


def watch(name, seconds):
    """`run` in a process of its own; after a crash its bytes, and the rest of the time in another one."""
    end, crashes = time.monotonic() + seconds, 0
    with tempfile.TemporaryDirectory() as folder:
        note = Path(folder) / "bytes"
        while crashes < MOST:
            left = max(0.0, end - time.monotonic())
            code = subprocess.run(
                [sys.executable, "-m", "support.fuzz", str(left), name, "--note", note], check=False
            ).returncode
            if code in (0, 1):
                return code == 0 and not crashes
            crashes += 1
            print(f"{note.read_bytes().hex()}: {name} ended by {code}", flush=True)
    return False


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("seconds", type=float, help="for each fuzzer")
    parser.add_argument("fuzzers", nargs="*", metavar="FUZZER", choices=[*FUZZERS, []])
    parser.add_argument("--again", metavar="HEX", help="the bytes of one call, made instead")
    parser.add_argument("--note", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.again is not None:
        print(*FUZZERS[given.fuzzers[0]](bytes.fromhex(given.again)))
        return 0
    if given.note is not None:
        return 0 if run(given.fuzzers[0], given.seconds, given.note) else 1
    names = given.fuzzers or list(FUZZERS)
    with ThreadPoolExecutor(len(names)) as pool:
        return 0 if all([*pool.map(watch, names, [given.seconds] * len(names))]) else 1


if __name__ == "__main__":
    sys.exit(main())
