"""Draw the pictures of docs/plot.md by the code that stands above each: python docs/draw_plots.py [folder]"""

import doctest
import re
import sys
from pathlib import Path

import matplotlib as mpl
from draw_guide import LOOK
from matplotlib import pyplot as plt

DOCS = Path(__file__).resolve().parent


def main(folder):
    """Run the page, and write what is drawn where it shows a picture."""
    parts = re.split(r"!\[[^\]]*\]\(pictures/plot/([a-z]+\.svg)\)", (DOCS / "plot.md").read_text(encoding="utf-8"))
    held = {}
    with mpl.rc_context(LOOK):
        for code, name in zip(parts[::2], parts[1::2], strict=False):
            plt.close("all")
            plt.figure(figsize=(5, 3.2), layout="constrained")
            for example in doctest.DocTestParser().get_examples(code):
                exec(example.source, held)
            held["ax"].figure.savefig(folder / name, transparent=True, metadata={"Date": None, "Creator": None})


if __name__ == "__main__":
    mpl.use("Agg")
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else DOCS / "pictures/plot")
