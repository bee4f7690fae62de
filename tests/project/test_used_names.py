"""Nothing lies dead in cython_ext: every name that its Cython or its C defines is used there."""

import re
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "cython_ext"

pytestmark = pytest.mark.skipif(not SOURCE.exists(), reason="the source of the kernels is not here")

# Of types, and of functions.
ELEMENTARY = r"exp|sigmoid|log_expit|logit|tanh|softplus|arctangent|silu|gelu|leaky_relu|relu|step|sign"
PREFIX = rf"^(?:single_)?(?:(?:[fqiuw]|bf)\d+_)+(?:(?:pair|dots)_)?|^(?:single|wide|float|half|{ELEMENTARY})_"

# What defines a name, which is the group. In C, NAME(x) and FUNCTION(x) stand for x with the prefix of a type.
C_DEFINITIONS = (
    r"^(?:INLINE|static)\b[^;={(]*?\b(?:NAME|FUNCTION)\((\w+)\)\(",
    r"^(?:INLINE|static)\b[^;={(]*?\b(?!NAME\(|FUNCTION\()(\w+)\(",
    r"^static const [^;={(]*?\b(\w+)(?:\[\w*\])* = ",
    r"^ *#define (\w+)",
    r"^\} (\w+);",
    r"^struct (\w+) \{",
    r"^typedef [^({;]*?\b(\w+)(?: __attribute__.*)?;",
)
CYTHON_DEFINITIONS = (
    r"^cdef (?:inline )?[^\n=(:]*?\b(\w+)\((?!\*)",
    r"^ctypedef [^\n(]*\(\*(\w+)\)",
    r"^ *(?:cdef|ctypedef) (?:struct|fused|enum|class) (\w+):",
)
DECLARATIONS = (
    r"^    (?:enum: |struct |ctypedef (?:struct|enum) )(\w+)",
    r"^    (?!ctypedef)[\w *]*?\b(\w+) ?(?:\"[^\"\n]*\" ?)?\(",
)


def texts(*suffixes):
    """The files with these suffixes as one text, without comments and docstrings."""
    text = "\n".join(path.read_text() for path in sorted(SOURCE.rglob("*")) if path.suffix in suffixes)
    comments = r"/\*.*?\*/|^ *#undef .*?$" if ".h" in suffixes else r'""".*?"""|#.*?$'
    return re.sub(comments, "", text, flags=re.S | re.M)


def found(patterns, text):
    """The names that the patterns define in a text, and the text without them where they are defined."""
    matches = list(chain.from_iterable(re.finditer(pattern, text, re.M) for pattern in patterns))
    for start, end in sorted({match.span(1) for match in matches}, reverse=True):
        text = text[:start] + " " * (end - start) + text[end:]
    return {f"NAME({match[1]})" if match[0].endswith(")(") else match[1] for match in matches}, text


def constants(text, opening):
    """The constants of enums, and the text without their definitions."""
    names = set()
    for block in re.findall(opening, text, re.M):
        own = re.findall(r"(?:^|[,\n{])\s*([A-Z]\w*)(?=\s*[,=\n}]|\s*$)", block)
        text = text.replace(block, re.sub(rf"\b(?:{'|'.join(own)})\b(?=\s*[,=\n}}]|\s*$)(?<!= )", " ", block))
        names.update(own)
    return names, text


def unused(names, *texts):
    """The names that no text uses: as they stand, or where a prefix makes NAME(x) of x, or x of NAME(x)."""
    words = set(re.findall(r"\w+", "\n".join(texts)))
    bare = {word for text in texts for word in re.findall(r"(?:NAME|FUNCTION|OF_TYPE|OF_INDEX)\((\w+)\)", text)}
    made = {f"NAME({word[match.end() :]})" for word in words for match in re.finditer(PREFIX, word)}
    made |= {f"NAME({word})" for word in bare}
    return sorted(name for name in names if name not in words | made and re.sub(PREFIX, "", name) not in bare)


def test_every_name_of_c_is_used():
    names, text = found(C_DEFINITIONS, texts(".h"))
    more, text = constants(text, r"enum \{[^}]*\}")
    names = {name for name in names | more if not re.fullmatch(r"ONEDOT_\w+_H|NAME|FUNCTION", name)}
    assert len(names) > 250
    assert unused(names, text, texts(".pyx", ".pxi", ".pxd")) == []


def test_every_name_of_cython_is_used():
    text = texts(".pyx", ".pxi", ".pxd")
    blocks = re.findall(r"^cdef extern from .*?(?=^\S|\Z)", text, re.M | re.S)
    for block in blocks:
        text = text.replace(block, "\n")
    declared = found(DECLARATIONS, "".join(blocks))[0] | constants("".join(blocks), r"enum \w+:\s*\n(?: {8}.*\n)*")[0]
    names, text = found(CYTHON_DEFINITIONS, text)
    more, text = constants(text, r"^cdef enum(?: \w+)?:[^\n]*\n(?: .*\n|\n)*")
    assert len(names | more | declared) > 300
    exported = "\n".join(path.read_text() for path in (ROOT / "src/onedot").glob("*.pxd"))
    python = "\n".join(path.read_text() for path in (ROOT / "src/onedot").rglob("*.py"))
    imported = "\n".join(re.findall(r"^ *from onedot\._kernels\.\w+ import (.*)$", python, re.M))
    assert unused(names | more | declared, text, exported, imported) == []


@pytest.mark.parametrize("name", ["f64_spread", "spread", "STRIP", "NAME(spread)"])
def test_a_name_that_nothing_uses_is_found(name):
    assert unused({name, "used", "f64_load"}, "x = NAME(load)(used)") == [name]
