"""Whatever becomes of what a command writes, it ends without a traceback and with a status that says so."""

import os
import subprocess
import sys

import pytest

from onedot import levels

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the outputs are those that a POSIX shell makes")
needs_full = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")

# The command itself, but for a corpus of one operation.
COMMAND = """
import sys
from onedot.__main__ import main
from onedot._corpus import verify
name = "dot integers and floats"
verify.OPERATIONS = {name: verify.OPERATIONS[name]}
verify.PUBLISHED_BY_OPERATION = {name: verify.PUBLISHED_BY_OPERATION[name]}
sys.exit(main())
"""
RUNNABLE = ", ".join(levels.runnable())
COMMANDS = ["info", "verify", "verify --json", "bench --quick --sizes 4 --dtype float32", "--help", "--version"]
every_command = pytest.mark.parametrize("command", COMMANDS)
buffered_or_not = pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])


def shell(script, command, **environment):
    """What a shell makes of a script, in which $onedot is the command."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("ONEDOT_", "PYTHON", "COLUMNS"))}
    return subprocess.run(
        ["sh", "-c", f'onedot() {{ "$python" -W error -c "$code" {command}; }}; {script}'],
        env=inherited | {"python": sys.executable, "code": COMMAND, "ONEDOT_LEVEL": levels.current()} | environment,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


@every_command
def test_closed_output_is_none_and_no_failure(command):
    for closed in (">&-", "<&- >&- 2>&-"):
        done = shell(f"onedot {closed}", command)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), closed


@needs_full
@every_command
def test_output_that_cannot_be_written_is_said_in_one_line_and_ends_in_2(command):
    done = shell("onedot >/dev/full", command)
    assert (done.returncode, done.stderr) == (2, "onedot: the output: No space left on device\n")
    assert shell("onedot >/dev/full 2>/dev/full", command).returncode == 2


@needs_full
@pytest.mark.parametrize(
    "command", ["dance", "verify --level dance", "bench --op dance", "bench --op matvec --sizes 4"]
)
@buffered_or_not
def test_a_complaint_that_nobody_can_read_ends_in_2_too(command, unbuffered):
    for lost in ("2>&-", "2>/dev/full", ">&- 2>&-"):
        done = shell(f"onedot {lost}", command, PYTHONUNBUFFERED=unbuffered)
        assert (done.returncode, done.stdout, done.stderr) == (2, "", ""), lost


@every_command
@buffered_or_not
def test_a_reader_that_has_gone_ends_it_quietly_in_141(command, unbuffered):
    read_end, write_end = os.pipe()
    os.close(read_end)
    try:
        done = subprocess.run(
            [sys.executable, "-c", COMMAND, *command.split()],
            env=os.environ | {"PYTHONUNBUFFERED": unbuffered},
            stdout=write_end,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    finally:
        os.close(write_end)
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.parametrize("command", ["verify", "bench --quick --sizes 4 64 --dtype float32"])
def test_a_reader_that_wants_one_line_gets_it_and_ends_it_in_141(command):
    if command == "verify" and not levels.compiled:
        pytest.skip("of one level alone, it has said all before the reader goes")
    done = shell("{ onedot; echo $? >&2; } | head -1", command, PYTHONUNBUFFERED="1")
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr == "141\n"


@every_command
@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "C"])
def test_what_an_encoding_lacks_is_replaced(command, encoding):
    ascii_locale = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    environment = ascii_locale if encoding == "C" else {"PYTHONIOENCODING": encoding}
    done = shell("{ onedot; echo $? >&2; } | iconv -f latin1 -t utf8", command, **environment)
    assert done.stderr == "0\n"
    assert done.stdout
    if command.startswith("bench"):
        assert ("× naive" if encoding == "latin-1" else "x naive") in done.stdout
        assert "-: not timed" in " ".join(done.stdout.split())


@pytest.mark.parametrize("columns", ["80", "60"])
def test_a_pipe_gets_whole_tables_whatever_the_terminal(columns):
    done = shell("onedot", "bench --quick --sizes 64", COLUMNS=columns)
    assert done.returncode == 0
    assert "…" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


@needs_full
def test_a_file_that_cannot_be_kept_is_named(tmp_path):
    done = shell("onedot", "bench --quick --sizes 4 --dtype float32 --json /dev/full")
    assert done.returncode == 2
    assert done.stderr == "onedot: the output: No space left on device\n"
    if os.geteuid():  # root may write anywhere
        tmp_path.chmod(0o500)
        done = shell("onedot", f"bench --json {tmp_path}/figures.json")
        assert (done.returncode, done.stdout) == (2, "")
        assert "want a place where you may write" in done.stderr


@pytest.mark.parametrize(
    ("variable", "line"),
    [
        (
            "ONEDOT_LEVEL=bogus",
            f"ONEDOT_LEVEL: 'bogus' is not a level; this machine runs: {RUNNABLE}",
        ),
        ("ONEDOT_NUM_THREADS=abc", "ONEDOT_NUM_THREADS is 'abc'; want an integer of 1 or more"),
    ],
)
def test_a_variable_that_asks_for_what_cannot_be_is_named_in_one_line(variable, line, tmp_path):
    script = tmp_path / "onedot"  # as an installer makes it
    script.write_text("import sys\nfrom onedot.__main__ import main\nsys.exit(main())\n")
    for program in ("-m onedot", "-monedot", "-W error -m onedot", str(script)):
        for command in ("info", "verify", "bench --quick"):
            done = shell(f'{variable} "$python" {program} {command}', "")
            assert (done.returncode, done.stdout, done.stderr) == (2, "", f"onedot: {line}\n"), program
    for program in ("-c 'import onedot' info", "-m timeit 'import onedot'"):
        done = shell(f'{variable} "$python" {program}', "")
        assert done.returncode == 1
        assert f"ValueError: {line}" in done.stderr.splitlines()[-1]
