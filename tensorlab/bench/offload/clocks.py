"""A GPU's clock as nvidia-smi tells it: read, never set."""

from __future__ import annotations

import subprocess
from shutil import which

from tensorlab.bench.offload.record import Clocks

QUERIES = ("clocks_event_reasons.active", "clocks_throttle_reasons.active")
"""The newer word and the older one for the same bits."""


def nvidia_clocks(device: str) -> Clocks | None:
    """The clock of the GPU with that number or UUID; None where nvidia-smi is not there or does not say.

    >>> nvidia_clocks("no such device") is None
    True
    """
    tool = which("nvidia-smi")
    if tool is None:
        return None
    for reasons in QUERIES:
        found = parsed(_asked(tool, device, f"clocks.sm,clocks.max.sm,{reasons}"))
        if found is not None:
            return found
    return None


def parsed(line: str) -> Clocks | None:
    """The clock in a line of nvidia-smi; None where it holds something else.

    >>> parsed("1410, 1980, 0x0000000000000004").throttled, parsed("[N/A], 1980, 0x0")
    (True, None)
    """
    words = [word.strip() for word in line.split(",")]
    try:
        mhz, most, reasons = words
        return Clocks(mhz=int(mhz), most=int(most), reasons=int(reasons, 16))
    except ValueError:
        return None


def _asked(tool: str, device: str, query: str) -> str:
    command = [tool, f"--query-gpu={query}", "--format=csv,noheader,nounits", "-i", device]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=5)  # noqa: S603 - a fixed program
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
