"""Bytes that torch's own allocators handed out, stretch by stretch: what our count is held against."""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch.profiler import ProfilerActivity, profile, record_function

from tensorlab.models.profiling.gathering import Counted

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

QUIET = ("KINETO_LOG_LEVEL", "99")
"""The profiler writes lines of its own to stderr otherwise."""
_MARK = "tensorlab stretch "


class ProcessorAllocator:
    """Of the CPU: the events of ``torch.profiler`` with ``profile_memory``.

    >>> with ProcessorAllocator() as allocator:
    ...     made = torch.ones(256)
    ...     allocator.mark()
    ...     del made
    ...     allocator.mark()
    >>> allocator.stretches()
    (Counted(alive=1024, peak=1024), Counted(alive=0, peak=1024))
    """

    name = "torch.profiler"

    def __init__(self) -> None:
        self._count = 0
        self._profile: Any = None
        self._stretches: tuple[Counted, ...] = ()
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self._stack.enter_context(_quiet())
        self._profile = self._stack.enter_context(profile(activities=[ProfilerActivity.CPU], profile_memory=True))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stack.__exit__(kind, error, at)
        if kind is None:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "trace.json"
                self._profile.export_chrome_trace(str(path))
                self._stretches = _read(json.loads(path.read_text(encoding="utf-8"))["traceEvents"])
        self._profile = None

    def mark(self) -> None:
        """A stretch ends."""
        with record_function(f"{_MARK}{self._count}"):
            self._count += 1

    def stretches(self) -> tuple[Counted, ...]:
        """One for each mark, once it has been left."""
        return self._stretches


class _quiet:  # noqa: N801 - a context, as those of contextlib are written
    """While it lasts, the variable is set that keeps the profiler from writing to stderr; one that is set stays."""

    def __enter__(self) -> None:
        self._was_there = QUIET[0] in os.environ
        os.environ.setdefault(*QUIET)

    def __exit__(self, *raised: object) -> None:
        if not self._was_there:
            os.environ.pop(QUIET[0], None)


def _read(events: list[dict[str, Any]]) -> tuple[Counted, ...]:
    """From the events of a trace: bytes given out and taken back between marks."""
    kept = [event for event in events if event.get("name") == "[memory]" or _is_mark(event)]
    found: list[Counted] = []
    alive = peak = 0
    for event in sorted(kept, key=lambda event: float(event["ts"])):
        if _is_mark(event):
            found.append(Counted(alive, peak))
            peak = alive
        elif event["args"].get("Device Type", 0) == 0:
            alive += int(event["args"]["Bytes"])
            peak = max(peak, alive)
    return tuple(found)


def _is_mark(event: dict[str, Any]) -> bool:
    return event.get("ph") == "X" and str(event.get("name", "")).startswith(_MARK)


class DeviceAllocator:
    """Of a CUDA device: what ``torch.cuda`` says of its caching allocator. Bytes are those asked for, not rounded."""

    name = "torch.cuda"

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._found: list[Counted] = []
        self._begin = 0

    def __enter__(self) -> Self:
        self._begin = self._stat("current")
        torch.cuda.reset_peak_memory_stats(self._device)
        return self

    def __exit__(self, *raised: object) -> None:
        """Nothing is to be undone."""

    def mark(self) -> None:
        """A stretch ends."""
        self._found.append(Counted(self._stat("current") - self._begin, self._stat("peak") - self._begin))
        torch.cuda.reset_peak_memory_stats(self._device)

    def stretches(self) -> tuple[Counted, ...]:
        """One for each mark."""
        return tuple(self._found)

    def _stat(self, word: str) -> int:
        return int(torch.cuda.memory_stats(self._device).get(f"requested_bytes.all.{word}", 0))


def allocator_of(device: torch.device) -> ProcessorAllocator | DeviceAllocator | None:
    """What counts on that device; None where torch tells nothing of it.

    >>> allocator_of(torch.device("cpu")).name, allocator_of(torch.device("mps")) is None
    ('torch.profiler', True)
    """
    if device.type == "cpu":
        return ProcessorAllocator()
    return DeviceAllocator(device) if device.type == "cuda" else None
