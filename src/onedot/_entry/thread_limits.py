"""threadpoolctl governs how many threads a product uses, as it does those of OpenMP and of a BLAS."""

import contextlib
import os

from onedot import levels
from onedot._core import threads

__all__ = ["register"]


def register(version: str) -> None:
    """Make this version of onedot known to threadpoolctl, where that is installed.

    Limits may be asked for before or after onedot is imported, so threadpoolctl is imported here: in 4 ms, where NumPy
    takes 100. It knows what it governs by the files of loaded libraries, and a pure build has none; nor would it gain
    by threads, which share one GIL.
    """
    if levels.compiled:
        with contextlib.suppress(ImportError):
            _register(version)


def _register(version: str) -> None:
    import threadpoolctl

    from onedot._entry import entry

    class Controller(threadpoolctl.LibController):  # type: ignore[misc]
        user_api = internal_api = "onedot"
        filename_prefixes = (os.path.basename(entry.__file__).lower(),)
        check_symbols = ("PyInit_entry",)

        def get_num_threads(self) -> int:
            return threads.get_num_threads()

        def set_num_threads(self, num_threads: int) -> None:
            threads.set_num_threads(int(num_threads))

        def get_version(self) -> str:
            return version

    threadpoolctl.register(Controller)
