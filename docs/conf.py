"""How Sphinx makes the site (`make -C docs html`) of the tree's pages, where they lie, so that links hold in both."""

import re

import onedot

project = "onedot"
author = "the onedot developers"
copyright = f"2026, {author}"  # noqa: A001
version = release = onedot.__version__

root_doc = "docs/index"
include_patterns = ["docs/**", "bench/**", "cython_ext/README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"]
extensions = ["sphinx.ext.autodoc", "numpydoc", "myst_parser", "sphinx_copybutton"]
myst_heading_anchors = 3
smartquotes = False  # they make one character of x[..., i]
highlight_options = {"python": {"stripnl": True}}
copybutton_prompt_text = r">>> |\.\.\. "
copybutton_prompt_is_regexp = True
linkcheck_timeout = 10

default_role = "py:obj"
nitpick_ignore_regex = [("py:.*", r"(?!onedot\.(?!_)).*")]  # what is documented elsewhere, and parameters
numpydoc_show_class_members = False
autodoc_typehints = "none"  # docstrings say in words what is taken
autodoc_member_order = "bysource"
autodoc_default_options = {
    "exclude-members": "set_fit_request, set_partial_fit_request, set_score_request, get_metadata_routing"
}

html_theme = "furo"
html_title = f"onedot {version}"
html_static_path = ["_static"]
pygments_dark_style = "github-dark"
html_css_files = ["onedot.css"]
html_extra_path = ["_extra"]  # index.html, as the site begins at docs/index.html
html_copy_source = html_show_sourcelink = False


def as_written(_app, _what, _name, _object, _options, lines):
    """Docstrings are text for `help`, where |x|, e**x and coef_ mean no markup: outside of code they are escaped."""
    code = False
    for i, line in enumerate(lines):
        code = line.strip() != "" and (code or line.lstrip().startswith(">>>"))
        if not code:
            pieces = re.split(r"(`+[^`]*`+)", line)
            pieces[::2] = [re.sub(r"[*|]|(?<=\w)_(?!\w)", r"\\\g<0>", piece) for piece in pieces[::2]]
            lines[i] = "".join(pieces)


def as_defined(_app, _what, _name, _object, _options, signature, returned):
    """Signatures as autodoc has them: numpydoc leaves out that arguments are positional."""
    return signature and (signature, returned)


def at_the_top(app, env, node, content):
    """What a docstring names without its module, and its own module does not have, is onedot's: `Layer`, `dot`."""
    if node.get("refdomain") != "py":
        return None
    target = f"onedot.{node['reftarget']}"
    return env.domains["py"].resolve_xref(env, node["refdoc"], app.builder, "obj", target, node, content)


def setup(app):
    app.connect("autodoc-process-docstring", as_written, priority=400)  # before numpydoc
    app.connect("autodoc-process-signature", as_defined, priority=400)
    app.connect("missing-reference", at_the_top)
