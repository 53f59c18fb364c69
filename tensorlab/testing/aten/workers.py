"""Jobs in forks of this process, several at once: one that dies is begun again past the step that ended it."""

from __future__ import annotations

import faulthandler
import json
import mmap
import os
import select
import signal
import struct
import time
import warnings
from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple

from tensorlab.process.child import signal_name
from tensorlab.testing.aten.scanning import Where

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_STEP = struct.Struct("qq")
_DEATHS = 8
"""Of one job; after that it is given up."""
_CHUNK = 1 << 16


class Outcome(NamedTuple):
    """What became of a job."""

    job: int
    told: Any = None
    """What it returned."""
    failure: str = ""
    """Why there is nothing, where there is nothing."""


class _Running:
    """A fork at work on a job."""

    __slots__ = ("child", "deadline", "deadly", "job", "note", "pipe", "said")

    def __init__(self, job: int, deadly: dict[Where, str]) -> None:
        self.job = job
        self.deadly = deadly
        self.note = mmap.mmap(-1, _STEP.size)
        """Where the fork is, in memory that both see."""
        self.said: list[bytes] = []
        self.child = self.pipe = 0
        self.deadline = 0.0


def forked(
    work: Callable[[int, Callable[[Where], None], dict[Where, str]], Any],
    jobs: Sequence[int],
    *,
    workers: int = 2,
    seconds: float = 300.0,
) -> Iterator[Outcome]:
    """Do each job in a fork of this process; its outcome as it comes.

    Standard output and error of the forks lead nowhere. A job that dies is begun again, and told which of its steps
    ended a process and how.

    Args:
        work: Takes the job, what to call before each step, and the deadly steps; returns what JSON can hold.
        jobs: Their numbers.
        workers: Forks at a time.
        seconds: That one job may take.

    >>> list(forked(lambda job, at, deadly: job * 2, [4], workers=1))
    [Outcome(job=4, told=8, failure='')]
    """
    waiting = deque(_Running(job, {}) for job in jobs)
    running: dict[int, _Running] = {}
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                begun = _begin(work, waiting.popleft(), seconds)
                running[begun.pipe] = begun
            for pipe in select.select(list(running), [], [], 0.5)[0]:
                piece = os.read(pipe, _CHUNK)
                if piece:
                    running[pipe].said.append(piece)
                    continue
                ended = running.pop(pipe)
                outcome = _ended(ended)
                if outcome is None:
                    waiting.appendleft(_Running(ended.job, ended.deadly))
                else:
                    yield outcome
            _stop_late(running)
    finally:
        for left in running.values():
            os.kill(left.child, signal.SIGKILL)
            os.close(left.pipe)
            os.waitpid(left.child, 0)


def _begin(
    work: Callable[[int, Callable[[Where], None], dict[Where, str]], Any], job: _Running, seconds: float
) -> _Running:
    reading, writing = os.pipe()
    _STEP.pack_into(job.note, 0, -1, -1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # a bar's thread draws; the fork has none
        job.child = os.fork()
    if not job.child:
        os.close(reading)
        _serve(work, job, writing)
    os.close(writing)
    job.pipe, job.deadline = reading, time.monotonic() + seconds
    return job


def _serve(work: Callable[[int, Callable[[Where], None], dict[Where, str]], Any], job: _Running, writing: int) -> None:
    """What the fork does: it never returns, so that nothing of its parent is run twice."""
    code = 1
    try:
        nowhere = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(nowhere, standard)
        faulthandler.disable()
        said = json.dumps(work(job.job, lambda where: _STEP.pack_into(job.note, 0, *where), job.deadly)).encode()
        while said:
            said = said[os.write(writing, said) :]
        code = 0
    except BaseException as error:  # noqa: BLE001 - whatever it is, it ends here
        os.write(writing, f"{type(error).__name__}: {error}"[:_CHUNK].encode(errors="replace"))
    finally:
        os._exit(code)


def _ended(job: _Running) -> Outcome | None:
    """What it told; None where it is to be begun again."""
    os.close(job.pipe)
    code = os.waitstatus_to_exitcode(os.waitpid(job.child, 0)[1])
    words = b"".join(job.said).decode(errors="replace")
    if code == 0:
        return Outcome(job.job, json.loads(words))
    if code > 0:
        return Outcome(job.job, failure=words.strip() or f"exit code {code}")
    where = Where(*_STEP.unpack_from(job.note, 0))
    late = time.monotonic() > job.deadline
    if late or where in job.deadly or len(job.deadly) >= _DEATHS:
        return Outcome(job.job, failure="took too long" if late else f"ended by {signal_name(-code)} again and again")
    job.deadly[where] = f"ended the process by {signal_name(-code)}"
    return None


def _stop_late(running: dict[int, _Running]) -> None:
    for job in running.values():
        if time.monotonic() > job.deadline:
            os.kill(job.child, signal.SIGKILL)
