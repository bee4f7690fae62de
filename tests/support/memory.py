"""How much memory a call takes."""

import tracemalloc


def peak_of(call):
    """The most bytes that were allocated at once during a call, NumPy's own included."""
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
