"""A process that ends with the one that started it, however that one ended."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time

_PR_SET_PDEATHSIG = 1
"""linux/prctl.h."""


def end_with_parent(platform: str = sys.platform) -> None:
    """End when the parent ends: Linux sends SIGKILL, also to a process that is stopped; elsewhere a thread looks.

    To be called early: what ended before cannot be seen.

    >>> end_with_parent()  # doctest: +SKIP
    """
    parent = os.getppid()
    if platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    else:
        threading.Thread(target=_look, args=(parent,), daemon=True).start()
    if os.getppid() != parent:
        os._exit(1)


def _look(parent: int, every: float = 0.5) -> None:
    while os.getppid() == parent:
        time.sleep(every)
    os._exit(1)
