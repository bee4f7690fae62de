"""What users call."""

import inspect

import onedot
from onedot import activations, exact, geometry, search, single


def public_functions():
    """Every function and method that users call, by its name; constructors too."""
    for space in (onedot, activations, geometry, exact, single, search):
        for name in space.__all__:
            value = getattr(space, name)
            if inspect.isclass(value):
                methods = [m for m in vars(value) if not m.startswith("_") or m in ("__init__", "__call__")]
                yield from ((f"{name}.{m}", inspect.getattr_static(value, m)) for m in methods)
            elif callable(value):
                yield f"{space.__name__}.{name}", value
