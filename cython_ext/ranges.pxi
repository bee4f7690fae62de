# Ranges that threads take in turn. Ctrl-C is raised between two steps of Python, and a wait that it could end would let
# the caller free what a helper still reads and writes.

from cpython.pythread cimport (WAIT_LOCK, PyThread_acquire_lock, PyThread_allocate_lock, PyThread_free_lock,
                               PyThread_release_lock, PyThread_type_lock)


cdef class Ranges:
    """onedot._core.ranges.Ranges, where nothing but the end of their work ends the wait for helpers."""

    cdef PyThread_type_lock turn  # held by whoever reads or writes what follows
    cdef PyThread_type_lock idle  # held while a helper works
    cdef Py_ssize_t first, total, grain, helping

    def __cinit__(self, Py_ssize_t total, Py_ssize_t grain):
        self.total, self.grain = total, grain
        self.turn, self.idle = PyThread_allocate_lock(), PyThread_allocate_lock()
        if self.turn is NULL or self.idle is NULL:
            raise MemoryError("onedot: no memory for a lock")

    def __dealloc__(self):
        if self.turn is not NULL:
            PyThread_free_lock(self.turn)
        if self.idle is not NULL:
            PyThread_free_lock(self.idle)

    def take(self):
        cdef Py_ssize_t first
        PyThread_acquire_lock(self.turn, WAIT_LOCK)
        first = self.first
        self.first = min(first + self.grain, self.total)
        PyThread_release_lock(self.turn)
        return (first, min(first + self.grain, self.total)) if first < self.total else None

    def close(self):
        self.shut()

    cdef void shut(self) noexcept:
        PyThread_acquire_lock(self.turn, WAIT_LOCK)
        self.first = self.total
        PyThread_release_lock(self.turn)

    def begin(self):
        cdef bint wanted
        PyThread_acquire_lock(self.turn, WAIT_LOCK)
        wanted = self.first < self.total
        if wanted:
            if self.helping == 0:
                PyThread_acquire_lock(self.idle, WAIT_LOCK)
            self.helping += 1
        PyThread_release_lock(self.turn)
        return wanted

    def end(self):
        PyThread_acquire_lock(self.turn, WAIT_LOCK)
        self.helping -= 1
        if self.helping == 0:
            PyThread_release_lock(self.idle)
        PyThread_release_lock(self.turn)

    def lead(self, work, stop=None, /):
        """Between what ends `work` and the wait there is no step of Python's, at which a second Ctrl-C might come."""
        try:
            work()
        except BaseException:
            while stop is not None:
                try:
                    stop()
                    stop = None
                except BaseException:  # another Ctrl-C: it is raised once, when all have ended
                    pass
            raise
        finally:
            self.finish()

    cdef void finish(self) noexcept:
        self.shut()
        with nogil:
            PyThread_acquire_lock(self.idle, WAIT_LOCK)
        PyThread_release_lock(self.idle)
