"""One thread for everyone, so that times compare code and not cores."""

import importlib
import importlib.util
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from onedot import get_num_threads, set_num_threads

__all__ = ["can_limit_blas", "one_thread"]


def can_limit_blas() -> bool:
    """Whether threadpoolctl, which comes with scikit-learn, is there to hold the BLAS of the peers to one thread."""
    return importlib.util.find_spec("threadpoolctl") is not None


@contextmanager
def one_thread(threads: int = 1) -> Iterator[None]:
    """onedot and every BLAS that is loaded, on one thread, or as many as asked for, within the `with` block."""
    before = get_num_threads()
    with ExitStack() as limits:
        if can_limit_blas():
            limits.enter_context(importlib.import_module("threadpoolctl").threadpool_limits(threads))
        set_num_threads(threads)
        try:
            yield
        finally:
            set_num_threads(before)
