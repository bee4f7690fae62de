"""What the package can do without, and how to get it: the extras of pyproject.toml."""

__all__ = ["install", "missing"]


def install(extra: str) -> str:
    """The command that adds an extra to an installed package, or to a checkout, which no index need know."""
    return f'pip install "onedot[{extra}]" (in a checkout: pip install ".[{extra}]")'


def missing(op: str, package: str, extra: str) -> ModuleNotFoundError:
    """The error of `op` where the package that an extra brings is not installed."""
    return ModuleNotFoundError(f"{op}: {package} is not installed; want {install(extra)}")
