"""Ask a function in a fork of this process, where it may crash, hang or write into anything without harm.

A fork costs milliseconds where a fresh process must import its libraries again. It copies one thread only, so the
caller keeps its libraries to one.
"""

from __future__ import annotations

import faulthandler
import json
import os
import select
import signal
import time
from typing import TYPE_CHECKING

from tensorlab.process.child import signal_name
from tensorlab.process.record import Failed, Told

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

AVAILABLE = hasattr(os, "fork")
_CHUNK = 65536
_LOOK = 0.5
"""Seconds between two looks at how much time is left."""


def ask_fork(
    function: Callable[[], Mapping[str, object]], *, timeout: float = 10.0, patience: Callable[[], float] | None = None
) -> Told | Failed:
    """Call the function in a fork of this process and read what it returns, which must be JSON.

    Standard output and error of the fork lead nowhere. Past the time limit it is ended.

    Args:
        function: What the fork does.
        timeout: Seconds that it may take.
        patience: Gives the seconds that are left from now on, where that depends on how far the fork has come.

    >>> ask_fork(lambda: {"answer": 42})
    Told(facts={'answer': 42})
    >>> ask_fork(lambda: os.kill(os.getpid(), signal.SIGKILL))
    Failed(reason='ended by SIGKILL')
    >>> ask_fork(lambda: os._exit(0))
    Failed(reason='exit code 0')
    """
    if not AVAILABLE:
        return Failed("this system cannot fork")
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        _answer(function, reading, writing)
    os.close(writing)
    end = time.monotonic() + timeout
    said = _heard(reading, patience or (lambda: end - time.monotonic()))
    if said is None:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if said is None:
        return Failed("no answer in time" if patience else f"no answer within {timeout:g} s")
    return _told(os.waitstatus_to_exitcode(status), said)


def _answer(function: Callable[[], Mapping[str, object]], reading: int, writing: int) -> None:
    """What the fork does: it never returns, so that nothing of its parent is run twice."""
    code = 1
    try:
        os.close(reading)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        faulthandler.disable()
        said = json.dumps(function()).encode()
        while said:
            said = said[os.write(writing, said) :]
        code = 0
    except BaseException as error:  # noqa: BLE001 - whatever it is, it ends here
        os.write(writing, f"{type(error).__name__}: {error}"[:_CHUNK].encode(errors="replace"))
    finally:
        os._exit(code)


def _heard(reading: int, left: Callable[[], float]) -> bytes | None:
    """All that the fork writes; None where it has not ended while time was left."""
    pieces: list[bytes] = []
    with os.fdopen(reading, "rb", buffering=0) as pipe:
        while True:
            seconds = left()
            if select.select([pipe], [], [], min(max(seconds, 0), _LOOK))[0]:
                piece = pipe.read(_CHUNK)
                if not piece:
                    return b"".join(pieces)
                pieces.append(piece)
            elif seconds <= 0:
                return None


def _told(code: int, said: bytes) -> Told | Failed:
    words = said.decode(errors="replace").strip()
    if code < 0:
        return Failed(f"ended by {signal_name(-code)}")
    if code:
        return Failed(words or f"exit code {code}")
    try:
        return Told(json.loads(words))
    except ValueError:
        return Failed("exit code 0")  # os._exit(0) is no answer
