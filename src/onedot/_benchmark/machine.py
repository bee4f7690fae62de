"""What machine and what software this is, as a bench and a bug report state it."""

import os
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

__all__ = ["caches", "cpu", "python", "version_of"]


def cpu() -> str:
    """The model name of the CPU, or the architecture where the system does not tell."""
    lines = _lines("/proc/cpuinfo")
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return (names or [_sysctl("machdep.cpu.brand_string") or platform.processor() or platform.machine()])[0]


def caches() -> dict[str, int]:
    """The data caches that one CPU sees, in bytes: {"L1": 32768, ...}; empty where the system does not tell."""
    found = {}
    for index in sorted(Path("/sys/devices/system/cpu/cpu0/cache").glob("index*")):
        level, kind, size = ("".join(_lines(index / name)) for name in ("level", "type", "size"))
        if kind in ("Data", "Unified") and size.endswith("K"):
            found[f"L{level}"] = int(size[:-1]) * 1024
    for name, key in (("L1", "hw.l1dcachesize"), ("L2", "hw.l2cachesize"), ("L3", "hw.l3cachesize")):
        if text := _sysctl(key):
            found[name] = int(text)
    return found


def python() -> str:
    """The implementation and version of Python, and the system it runs on."""
    return f"{platform.python_implementation()} {platform.python_version()} on {platform.system()} {platform.machine()}"


def version_of(package: str) -> str | None:
    """The version of an installed package, None if it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _lines(path: str | os.PathLike[str]) -> list[str]:
    """The lines of a file of the system, none where it has no such file."""
    return Path(path).read_text(errors="replace").splitlines() if os.path.isfile(path) else []


def _sysctl(name: str) -> str | None:
    """A value macOS keeps under `name`, None on other systems and where macOS has none."""
    if platform.system() != "Darwin":
        return None
    answer = subprocess.run(["/usr/sbin/sysctl", "-n", name], capture_output=True, text=True, check=False)
    return answer.stdout.strip() or None
