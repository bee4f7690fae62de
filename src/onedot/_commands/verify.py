"""`onedot verify`: the bits of the corpus at every level that runs here, against those published."""

import argparse
import sys

__all__ = ["add_arguments", "run"]

WIDTH = 9  # of the names of levels


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `onedot verify` takes."""
    parser.add_argument(
        "--level", action="append", metavar="NAME", help="a level to run, more if repeated (default: all that run here)"
    )
    parser.add_argument("--json", action="store_true", help="print the digest of every operation at every level")


def run(arguments: argparse.Namespace) -> int:
    """Print one SHA-256 a level; 1 if any differs from the published one, 2 if one cannot run, otherwise 0."""
    from onedot import levels
    from onedot._corpus import verify

    asked = arguments.level or levels.runnable()[::-1]  # the reference, which takes longest, comes last
    try:
        for level in asked:
            levels.kernels(level)
    except ValueError as error:
        print(f"onedot verify: {error}", file=sys.stderr)
        return 2
    by_level = {}
    for level in asked:
        by_level[level] = _digests(level)
        if not arguments.json:
            _print_level(level, by_level[level])
    different = any(verify.differences(by_operation) for by_operation in by_level.values())
    if arguments.json:
        _print_json(by_level)
    elif different:
        print(f"published  {verify.PUBLISHED}")
    else:
        print(f"{len(by_level)} level{'s' * (len(by_level) > 1)}, every bit as published.")
    return int(different)


def _digests(level: str) -> dict[str, str]:
    """The digest of every operation at a level; a terminal is told which one is at work."""
    from onedot import levels
    from onedot._corpus import verify

    found: dict[str, str] = {}
    with levels.using(level):
        for name in verify.OPERATIONS:
            _show_progress(f"{level:<{WIDTH}}  {len(found) + 1} of {len(verify.OPERATIONS)}: {name}")
            found[name] = verify.digest_of(name)
    _show_progress("")
    return found


def _show_progress(text: str) -> None:
    """Put `text` in the place of what stood on the line; on standard error, and only for someone who sees it."""
    if sys.stderr.isatty():
        print(f"\r{text:<60}\r", end="", file=sys.stderr, flush=True)


def _print_level(level: str, by_operation: dict[str, str]) -> None:
    from onedot._corpus import verify

    differences = verify.differences(by_operation)
    verdict = "DIFFERENT" if differences else "as published"
    print(f"{level:<{WIDTH}}  {verify.overall(by_operation)}  {verdict}", flush=True)
    for name in differences:
        state = "differs" if name in verify.PUBLISHED_BY_OPERATION else "is new"
        print(f'  {state}: "{name}": "{by_operation.get(name, "no such operation here")}",', flush=True)


def _print_json(by_level: dict[str, dict[str, str]]) -> None:
    import json

    from onedot._corpus import verify

    levels = {
        level: {"sha256": verify.overall(by_operation), "operations": by_operation}
        for level, by_operation in by_level.items()
    }
    print(json.dumps({"published": verify.PUBLISHED, "levels": levels}, indent=2))
