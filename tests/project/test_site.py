"""The site has every page and every public name, its links lead to headings, and its pages say what happens.

Sphinx is not needed: `make -C docs html` checks the rest.
"""

import ast
import doctest
import re
import runpy
import subprocess
import sys
import sysconfig
from pathlib import Path

import numpy as np
import pytest

import onedot
from onedot import levels, plot

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
BESIDE = [ROOT / f"{name}.md" for name in ("CHANGELOG", "CONTRIBUTING", "SECURITY", "cython_ext/README")]
PAGES = [*DOCS.rglob("*.md"), *DOCS.rglob("*.rst"), *(ROOT / "bench").rglob("*.md"), *BESIDE]
MODULES = ("activations", "dask", "exact", "geometry", "levels", "plot", "search", "single", "sklearn")

pytestmark = pytest.mark.skipif(not DOCS.exists(), reason="the docs are not here")


def test_the_contents_name_every_page_once():
    trees = re.findall(r"```{toctree}\n(?::.*\n)*\n([^`]*)```", (DOCS / "index.md").read_text(encoding="utf-8"))
    entries = [re.sub(r".*<(.*)>", r"\1", line) for tree in trees for line in tree.split("\n") if line]
    named = sorted((DOCS / entry).resolve().relative_to(ROOT).as_posix() for entry in entries)
    pages = {path.relative_to(ROOT).with_suffix("").as_posix() for path in PAGES}
    assert named == sorted(pages - {"docs/index"})


def public_names():
    """Every name of every public module, without importing what an extra brings."""
    for module in ("__init__", *MODULES):
        path = ROOT / "src/onedot" / f"{module}.py"
        path = path if path.exists() else ROOT / "src/onedot" / module / "__init__.py"
        (names,) = (
            ast.literal_eval(node.value)
            for node in ast.parse(path.read_text(encoding="utf-8")).body
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
        )
        home = "onedot" if module == "__init__" else f"onedot.{module}"
        yield from (f"{home}.{name}" for name in names if name not in MODULES)


def test_the_reference_names_every_public_name_once():
    text = "".join(page.read_text(encoding="utf-8") for page in (DOCS / "reference").glob("*.rst"))
    named = re.findall(r"^\.\. (?:autoclass|autodata|autofunction|py:data):: (\S+)$", text, re.M)
    assert sorted(named) == sorted(set(public_names()))


def anchors(page):
    """What a link can lead to in a page: its headings, as GitHub and MyST write them."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    titles = re.findall(r"^#+ (.*)", text, re.M)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_link_to_a_heading_leads_to_one():
    gone, found = [], 0
    for page in [*PAGES, ROOT / "README.md"]:
        for link, anchor in re.findall(r"\]\(([^):]*)#([^)\s]+)\)", page.read_text(encoding="utf-8")):
            target = (page.parent / link).resolve() if link else page
            found += 1
            gone += [f"{page.name}: {link}#{anchor}"] * (anchor not in anchors(target))
    assert found >= 10
    assert gone == []


@pytest.mark.parametrize(("page", "least"), [("law", 7), ("units", 20), ("logistic", 15), ("scikit_learn", 8)])
def test_the_examples_of_a_page_are_true(page, least):
    shown = doctest.testfile(str(DOCS / f"{page}.md"), module_relative=False)
    assert shown.failed == 0
    assert shown.attempted >= least


def test_the_page_on_pictures_draws_what_it_shows_by_every_function(tmp_path, monkeypatch):
    matplotlib = pytest.importorskip("matplotlib")
    pytest.importorskip("sklearn")  # for the pictures of the guide, whose look they have
    matplotlib.use("Agg")
    monkeypatch.syspath_prepend(DOCS)
    runpy.run_path(str(DOCS / "draw_plots.py"))["main"](tmp_path)
    kept = {path.name for path in (DOCS / "pictures/plot").iterdir()}
    assert {path.name for path in tmp_path.iterdir()} == kept
    assert set(re.findall(r"^## (\w+)$", (DOCS / "plot.md").read_text(encoding="utf-8"), re.M)) == set(plot.__all__)


def code(language):
    return re.search(rf"```{language}\n(.*?)```", (DOCS / "cython.md").read_text(encoding="utf-8"), re.S)[1]


@pytest.mark.skipif(not levels.compiled or sys.platform == "win32", reason="no C functions, or another compiler")
def test_cython_finds_the_functions_in_c(tmp_path, monkeypatch):
    pytest.importorskip("Cython")
    source, built = tmp_path / "cosine.pyx", tmp_path / f"cosine{sysconfig.get_config_var('EXT_SUFFIX')}"
    source.write_text(code("cython"), encoding="utf-8")
    found = Path(onedot.__file__).parents[1]
    subprocess.run([sys.executable, "-m", "cython", "-3", "-I", found, source], check=True, capture_output=True)
    compiler = [*sysconfig.get_config_var("LDSHARED").split(), "-O0", "-w", "-fPIC"]
    included = f"-I{sysconfig.get_path('include')}"
    subprocess.run([*compiler, included, source.with_suffix(".c"), "-o", built, "-lm"], check=True)
    monkeypatch.syspath_prepend(tmp_path)
    from cosine import cosine

    x, y = np.random.default_rng(0).standard_normal((2, 1000))
    assert cosine(x, y[::-1]) == onedot.dot(x, y[::-1]) / np.sqrt(onedot.dot(x, x) * onedot.dot(y[::-1], y[::-1]))


@pytest.mark.skipif(not levels.compiled, reason="no C functions")
def test_numba_calls_the_functions_in_c():
    pytest.importorskip("numba")
    held = {}
    exec(code("python"), held)
    X = np.random.default_rng(0).standard_normal((5, 1000))
    assert held["norms"](X[:, ::-3]).tolist() == [onedot.dot(row, row) for row in X[:, ::-3]]
