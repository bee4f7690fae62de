"""The figures as JSON, with what is needed to read them later."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from onedot import __version__, levels
from onedot._benchmark import machine
from onedot._benchmark.measure import Row
from onedot._benchmark.peers import versions

__all__ = ["write"]


def write(path: Path, operation: str, rows: Iterable[Row], threads: int = 1) -> None:
    """Keep every figure in the file `path`, with the machine, the versions and the date."""
    record = {
        "operation": operation,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "onedot": __version__,
        "level": levels.current(),
        "compiler": levels.compiler,
        "cpu": machine.cpu(),
        "caches": machine.caches(),
        "python": machine.python(),
        "threads": threads,
        "versions": versions(),
        "rows": [_row(row) for row in rows],
    }
    path.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def _row(row: Row) -> dict[str, Any]:
    return {
        "contender": row.contender.name,
        "kind": row.contender.kind,
        "dtype": row.case.dtype,
        "case": row.case.label,
        "elements": row.case.elements,
        "seconds": row.seconds,
        "least": row.least,
        "median": row.median,
        "ulps": row.ulps,
        "wrong": row.wrong,
    }
