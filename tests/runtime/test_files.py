"""Files are written whole or not at all, and of one that is not no part is left, however often Ctrl-C comes."""

import ctypes
import io

import pytest

from onedot._core import files
from onedot._core.files import replacing


def pressing_ctrl_c():
    """A function in C that says Ctrl-C was pressed, which Python hears at the next step at which it listens."""
    press = ctypes.PYFUNCTYPE(None, *[ctypes.py_object] * 3)(("PyErr_SetInterrupt", ctypes.pythonapi))
    return staticmethod(press)


@pytest.mark.parametrize("before", [None, b"before"])
def test_a_second_ctrl_c_leaves_no_part_of_a_file(tmp_path, monkeypatch, before):
    class Closing:
        """A file at whose end Ctrl-C is pressed again."""

        def __init__(self, name, path):
            self._file = io.FileIO(name, "w")

        def __enter__(self):
            return self._file

        __exit__ = pressing_ctrl_c()

    path = tmp_path / "file"
    if before is not None:
        path.write_bytes(before)
    monkeypatch.setattr(files, "_opened", Closing)
    with pytest.raises(KeyboardInterrupt), replacing(path) as file:  # noqa: PT012
        file.write(b"half")
        file.close()
        raise KeyboardInterrupt
    left = {each.name: each.read_bytes() for each in tmp_path.iterdir()}
    assert left == ({} if before is None else {"file": before})
