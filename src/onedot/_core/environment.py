"""The floating-point environment: what the law counts on, whatever the caller has set.

A public function that is not an entry of its own runs in the default one and puts the caller's back, if it is compiled.
A pure build computes in the environment that it finds.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from onedot import levels

__all__ = ["in_default_environment"]

if levels.compiled:
    from onedot._kernels.cpu import in_default_environment
else:
    _Function = TypeVar("_Function", bound=Callable[..., Any])

    def in_default_environment(function: _Function, /) -> _Function:
        """The function itself: Python cannot read the environment."""
        return function
