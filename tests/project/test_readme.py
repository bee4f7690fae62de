"""What the README shows is what happens."""

import doctest
import re
from pathlib import Path

import pytest

import onedot

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("bench/**/*.md"), *ROOT.glob("cython_ext/*.md")]


def test_the_examples_of_the_readme_are_true(level):
    pytest.importorskip("sklearn")
    shown = doctest.testfile(str(README), module_relative=False, optionflags=doctest.ELLIPSIS)
    assert shown.failed == 0
    assert shown.attempted >= 15


def test_the_readme_holds_the_two_commands():
    text = README.read_text(encoding="utf-8")
    assert 'pip install ".[bench]" && onedot bench\n' in text
    assert 'pip install ".[test]" && pytest\n' in text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_within_the_project_leads_somewhere(page):
    links = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    gone = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert not gone


def test_what_is_cited_is_this_version():
    for name in ("CITATION.cff", "docs/cite.md"):
        page = ROOT / name
        if page.exists():
            assert onedot.__version__ in page.read_text(encoding="utf-8")


def test_a_report_of_a_fault_is_asked_for_what_tells_where_it_is():
    form = ROOT / ".github" / "ISSUE_TEMPLATE" / "fault.yml"
    if not form.exists():
        pytest.skip("the forms are not here")
    text = form.read_text(encoding="utf-8")
    assert "label: onedot info\n" in text
    assert "label: onedot verify\n" in text
