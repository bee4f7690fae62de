"""Arrays within guard regions: what lies before and after an array that a call may write to, and must not."""

import numpy as np

REGION = 4096
MARK = 0xA5


class Guard:
    """Moves arrays to rooms with a region of marks on both sides; arrays that share memory share a room."""

    def __init__(self):
        self.rooms = {}

    def moved(self, v):
        """An array of the same numbers, dtype, shape and strides within a room. Objects stay where they are."""
        if v.dtype.hasobject:
            return v
        root = v
        while isinstance(root.base, np.ndarray):
            root = root.base
        if id(root) not in self.rooms:
            self.rooms[id(root)] = root, self._room(root)
        offset = self._start(root) + v.ctypes.data - root.ctypes.data
        copy = np.ndarray(v.shape, v.dtype, self.rooms[id(root)][1], offset, v.strides)
        copy.flags.writeable = v.flags.writeable
        return copy

    def _start(self, root):
        """Where the array begins in its room, as far from a multiple of 64 as it was."""
        return REGION + root.ctypes.data % 64

    def _room(self, root):
        room = np.full(2 * REGION + 64 + root.nbytes, MARK, np.uint8)
        start = self._start(root)
        room[start : start + root.nbytes] = np.frombuffer(root.tobytes("A"), np.uint8)
        return room

    def check(self):
        """Raise if a mark has changed."""
        for root, room in self.rooms.values():
            start = self._start(root)
            around = np.concatenate([room[:start], room[start + root.nbytes :]])
            if (around != MARK).any():
                raise AssertionError(f"{np.count_nonzero(around != MARK)} bytes written outside {root.nbytes}")
