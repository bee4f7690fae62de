"""Exhaustive search among rows: scores a panel at a time, and the best of them kept."""

from onedot._search.best import best_of, merged
from onedot._search.cosines import squares_of
from onedot._search.file import Path, read, write
from onedot._search.panels import Panels, panels_of
from onedot._search.threshold import at_least

__all__ = ["Panels", "Path", "at_least", "best_of", "merged", "panels_of", "read", "squares_of", "write"]
