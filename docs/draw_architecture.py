"""Draw docs/pictures/architecture.svg, which room of src/onedot imports which: python docs/draw_architecture.py"""

import ast
import sys
from pathlib import Path

import matplotlib as mpl
from draw_guide import GREY, LOOK
from matplotlib.figure import Figure

ROOT = Path(__file__).resolve().parents[1]

# From the top down; a room may import what stands below it, and its neighbours from left to right.
ROWS = (
    ("__main__",),
    ("_commands",),
    ("_benchmark", "_corpus"),
    ("plot", "dask", "sklearn", "search", "_search", "_logistic", "_separation"),
    ("units", "hyperplane", "geometry", "activations", "exact", "single"),
    ("_entry",),
    ("_importers", "_training"),
    ("_core",),
    ("levels",),
    ("_kernels", "_reference"),
)


def arrows():
    """(from, to) for every import of one room by another; the package itself, which gathers them, is left out."""
    source = ROOT / "src/onedot"
    found = set()
    for path in source.rglob("*.py"):
        room = path.relative_to(source).parts[0].removesuffix(".py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("onedot"):
                continue
            names = node.module.split(".")[1:2] or [alias.name for alias in node.names]
            found |= {(room, name) for name in names if name != room and room != "__init__"}
    known = {name for row in ROWS for name in row}
    return sorted((a, b) for a, b in found if a in known and b in known)


def drawn():
    places = {
        name: ((i + 0.5) / len(row), len(ROWS) - level) for level, row in enumerate(ROWS) for i, name in enumerate(row)
    }
    figure = Figure(figsize=(7, 8), layout="constrained")
    ax = figure.subplots()
    for a, b in arrows():
        ax.annotate(
            "",
            xy=places[b],
            xytext=places[a],
            arrowprops={
                "arrowstyle": "-|>",
                "color": GREY,
                "alpha": 0.5,
                "shrinkA": 12,
                "shrinkB": 12,
                "linewidth": 0.7,
            },
        )
    for name, place in places.items():
        box = {"boxstyle": "round,pad=0.4", "facecolor": "#5a5a5a", "edgecolor": GREY}
        ax.annotate(name, place, ha="center", va="center", bbox=box, color="white")
    ax.set(xlim=(0, 1), ylim=(0.4, len(ROWS) + 0.6))
    ax.axis("off")
    return figure


if __name__ == "__main__":
    with mpl.rc_context(LOOK):
        target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs/pictures/architecture.svg"
        drawn().savefig(target, transparent=True, metadata={"Date": None, "Creator": None})
