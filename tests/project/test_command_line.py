"""`onedot` as a command: what it prints, what it writes and with what status it ends."""

import importlib.util
import json
import os
import sys

import pytest

import onedot
from onedot import _reference as reference
from onedot import levels
from onedot.__main__ import main
from onedot._commands import info
from onedot._corpus import OPERATIONS, verify
from support.interpreter import printed, run

LEVELS = [f"onedot {name}" for name in levels.runnable()]


@pytest.fixture
def short_corpus(monkeypatch):
    """The corpus cut down to an operation that every level runs in no time."""
    name = "dot integers and floats"
    monkeypatch.setattr(verify, "OPERATIONS", {name: OPERATIONS[name]})
    monkeypatch.setattr(verify, "PUBLISHED_BY_OPERATION", {name: verify.PUBLISHED_BY_OPERATION[name]})
    return name


@pytest.fixture
def wrong_reference(monkeypatch):
    """A reference that is off by one, as a kernel with a bug might be."""
    fold = reference.fold
    monkeypatch.setattr(reference, "fold", lambda v: fold(v) + 1.0)


def test_it_runs_as_a_module():
    done = run("-m", "onedot", "--version", ONEDOT_LEVEL="reference")
    assert (done.returncode, done.stdout) == (0, f"onedot {onedot.__version__}\n")


@pytest.mark.parametrize("arguments", [[], ["dance"], ["info", "--loud"], ["verify", "now"], ["bench", "--sizes"]])
def test_what_it_does_not_know_ends_in_2(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: onedot" in capsys.readouterr().err


def test_help_names_the_commands(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    text = capsys.readouterr().out
    for command in ("bench", "info", "verify"):
        assert command in text


def test_info_tells_what_runs_here_and_why(level, capsys):
    assert main(["info"]) == 0
    text = capsys.readouterr().out
    facts = {line[:15].strip(): line[15:].strip() for line in text.splitlines()}
    assert facts["onedot"] == onedot.__version__
    assert facts["level"] == f"{level} ({levels.why()})"
    assert facts["levels built"] == ", ".join(levels.built())
    assert facts["levels runnable"] == ", ".join(levels.runnable())
    assert facts["threads"] == f"up to {onedot.get_num_threads()}"
    assert (levels.compiler or "nothing was built") in facts["compiler"]
    assert facts["CPU"]


def test_verify_finds_every_bit_of_every_level_as_published(capsys):
    assert main(["verify"]) == 0
    *lines, last = capsys.readouterr().out.splitlines()
    assert [line.split(None, 2) for line in lines] == [
        [name, verify.PUBLISHED, "as published"] for name in levels.runnable()[::-1]
    ]
    assert last.endswith("every bit as published.")


def test_verify_ends_in_1_if_a_level_gives_another_bit(short_corpus, wrong_reference, capsys):
    assert main(["verify"]) == 1
    lines = capsys.readouterr().out.splitlines()
    verdicts = {line.split()[0]: line for line in lines if line.split()[0] in levels.names()}
    assert verdicts.pop("reference").endswith("DIFFERENT")
    assert all(line.endswith("as published") for line in verdicts.values())
    assert sum(f'differs: "{short_corpus}"' in line for line in lines) == 1
    assert lines[-1].split() == ["published", verify.PUBLISHED]


def test_verify_ends_in_1_if_an_operation_is_not_published(short_corpus, monkeypatch, capsys):
    monkeypatch.setattr(verify, "PUBLISHED_BY_OPERATION", {})
    assert main(["verify"]) == 1
    assert capsys.readouterr().out.count(f'is new: "{short_corpus}"') == len(levels.runnable())


def test_verify_ends_in_1_if_a_published_operation_is_gone(short_corpus, monkeypatch, capsys):
    monkeypatch.setitem(verify.PUBLISHED_BY_OPERATION, "dot of old", "0" * 64)
    assert main(["verify"]) == 1
    assert capsys.readouterr().out.count('"dot of old"') == len(levels.runnable())


def test_verify_prints_every_digest_as_json(short_corpus, capsys):
    assert main(["verify", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["published"] == verify.PUBLISHED
    assert list(report["levels"]) == list(levels.runnable()[::-1])
    for digests in report["levels"].values():
        assert digests["operations"] == verify.PUBLISHED_BY_OPERATION


@pytest.mark.parametrize("terminal", [True, False])
def test_verify_tells_a_terminal_what_is_at_work_and_wipes_it(short_corpus, terminal, monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    assert main(["verify"]) == 0
    told = capsys.readouterr().err
    at_work = [line.strip() for line in told.split("\r") if line.strip()]
    assert at_work == [f"{name:<9}  1 of 1: {short_corpus}" for name in levels.runnable()[::-1] if terminal]
    assert not told.split("\r")[-2].strip() if terminal else told == ""


def test_verify_runs_only_the_levels_that_are_asked_for(short_corpus, level, capsys):
    assert main(["verify", "--level", level]) == 0
    first, last = capsys.readouterr().out.splitlines()
    assert first.startswith(level)
    assert last == "1 level, every bit as published."


def test_verify_ends_in_2_if_it_cannot_run_a_level(short_corpus, capsys):
    assert main(["verify", "--level", "reference", "--level", "avx9000"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "onedot verify: levels: 'avx9000' is not a level; this machine runs: reference" in err


def test_verify_leaves_the_level_in_use_as_it_was(short_corpus, level, capsys):
    assert main(["verify"]) == 0
    assert capsys.readouterr().out
    assert levels.current() == level


def test_bench_times_everyone_and_keeps_the_figures_and_draws_them(tmp_path, capsys):
    figures, picture = tmp_path / "figures.json", tmp_path / "picture.png"
    threads = onedot.get_num_threads()
    assert main(["bench", "--quick", "--sizes", "3", "2^6", "--json", str(figures), "--plot", str(picture)]) == 0
    assert onedot.get_num_threads() == threads

    text = capsys.readouterr().out
    for shown in ("float64, n = 3", "float32, n = 64", "naive Python", *LEVELS, "np.dot", "min", "median", "ulps"):
        assert shown in text

    record = json.loads(figures.read_text(encoding="utf-8"))
    assert (record["operation"], record["level"], record["threads"]) == ("dot", levels.current(), 1)
    contenders = {row["contender"] for row in record["rows"]}
    assert contenders >= {"naive Python", *LEVELS, "np.dot"}
    assert len(record["rows"]) == 2 * 2 * len(contenders)
    for row in record["rows"]:
        assert row["wrong"] is None
        assert 0 < row["least"] <= row["median"]
        assert row["least"] == min(row["seconds"])
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_bench_calls_a_wrong_level_wrong_and_does_not_time_it(wrong_reference, tmp_path, capsys):
    figures = tmp_path / "figures.json"
    assert main(["bench", "--quick", "--sizes", "5", "--dtype", "float64", "--json", str(figures)]) == 1
    rows = {row["contender"]: row for row in json.loads(figures.read_text(encoding="utf-8"))["rows"]}
    assert rows["onedot reference"]["wrong"]
    assert rows["onedot reference"]["seconds"] == []
    assert all(row["seconds"] for name, row in rows.items() if name != "onedot reference")
    assert "WRONG: onedot reference, float64, n = 5" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--sizes", "0"], "'0' is not a length"),
        (["--sizes", "2^25"], "'2^25' is not a length"),
        (["--sizes", "-4"], "--sizes"),
        (["--sizes", "many"], "'many' is not a length"),
        (
            ["--op", "cross"],
            "there is no operation 'cross'; there is: dot, matvec, vecmat, matmul, layer, vecdot, activation, geometry",
        ),
        (["--dtype", "float128"], "'float128' is not measured; want one of float64, float32, float16, bfloat16, int8"),
        (["--json", os.path.join("no such folder", "f.json")], "want a file in a folder that exists"),
        (["--threads", "0"], "'0' is not a number of threads"),
        (["--plot", "."], "want a file in a folder that exists"),
    ],
)
def test_bench_says_at_once_what_it_cannot_do(arguments, words, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["bench", *arguments])
    assert ended.value.code == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--op dot", "--threads 1", "--json f.json", "--plot f.png"])
def test_bench_does_not_forget_the_first_of_two_values(option, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["bench", *option.split(), *option.split()])
    assert ended.value.code == 2
    assert f"{option.split()[0]} is given twice; want it once" in capsys.readouterr().err


def test_bench_adds_up_types_and_lengths(capsys):
    arguments = ["--sizes", "3", "--sizes", "5", "7", "--dtype", "int8", "--dtype", "float32"]
    assert main(["bench", "--quick", *arguments]) == 0
    text = capsys.readouterr().out
    for shown in (f"{dtype}, n = {n} " for dtype in ("int8", "float32") for n in (3, 5, 7)):
        assert shown in text
    assert "float64, n" not in text


@pytest.mark.parametrize(("option", "value", "of"), [("--sizes", "4", "dot"), ("--plot", "p.png", "dot and exact")])
def test_bench_has_lengths_of_dot_and_pictures_of_few(option, value, of, capsys):
    assert main(["bench", "--op", "matvec", option, value]) == 2
    assert f"{option} is for {of}; want --op matvec without it" in capsys.readouterr().err


def test_bench_measures_a_tier(capsys, tmp_path):
    figures = tmp_path / "figures.json"
    assert main(["bench", "--quick", "--tier", "single", "--sizes", "5", "--json", str(figures)]) == 0
    text = capsys.readouterr().out
    assert f"onedot {levels.current()}, single tier, against the rest" in text
    assert "float32, n = 5" in text
    assert "float64" not in text
    assert json.loads(figures.read_text())["operation"] == "single dot"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("--op exact", "--tier single has no exact; want --op dot, matvec, vecmat, matmul, layer, vecdot, search\n"),
        ("--op calls", "--tier single has no calls; want --op dot"),
        ("--dtype float64", "dot has no float64; want --dtype float32, float16, bfloat16\n"),
    ],
)
def test_bench_says_what_a_tier_has(arguments, words, capsys):
    assert main(["bench", "--tier", "single", *arguments.split()]) == 2
    assert words in capsys.readouterr().err


def test_bench_says_which_types_an_operation_has(capsys):
    assert main(["bench", "--op", "geometry", "--dtype", "int8"]) == 2
    assert "geometry has no int8; want --dtype float64, float32\n" in capsys.readouterr().err


def test_bench_shows_what_wraps_and_does_not_hold_it_against_onedot(capsys):
    assert main(["bench", "--quick", "--sizes", "64", "--dtype", "int8"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "WRONG, as sums have the type of the elements and wrap: np.dot of int8." in text
    assert "Synthetic int8 are whole numbers from -128 to 127. np.dot i64, np.dot f64: the arguments are" in text


@pytest.mark.parametrize(
    ("package", "wanted"),
    [
        ("rich", 'pip install "onedot[cli]" (in a checkout: pip install ".[cli]")'),
        ("matplotlib", 'pip install "onedot[plot]" (in a checkout: pip install ".[plot]")'),
        ("ml_dtypes", "pip install ml_dtypes"),
    ],
)
def test_bench_says_what_to_install(package, wanted, monkeypatch, tmp_path, capsys):
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == package else find_spec(name))
    assert main(["bench", "--sizes", "4", "--dtype", "bfloat16", "--plot", str(tmp_path / "picture.png")]) == 2
    assert f"{package} is not installed; want {wanted}\n" in capsys.readouterr().err


def test_nothing_heavy_is_imported_before_it_is_needed():
    code = "import sys, onedot.__main__; print({'rich', 'matplotlib', 'sklearn', 'scipy'} & set(sys.modules))"
    assert printed(code, ONEDOT_LEVEL="reference") == "set()\n"


def test_ctrl_c_ends_it_as_a_shell_expects(monkeypatch):
    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(info, "run", interrupted)
    assert main(["info"]) == 130
