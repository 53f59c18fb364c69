from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from tensorlab.bench.pairing import counters
from tensorlab.bench.pairing.counters import read, read_all

if TYPE_CHECKING:
    import pytest


def _spin(seconds: float) -> None:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


def test_another_thread_s_work_is_the_process_s_and_not_this_thread_s() -> None:
    before = read()
    other = threading.Thread(target=_spin, args=(0.05,))
    other.start()
    other.join()
    after = read()
    assert after.process - before.process >= 0.05
    assert after.cpu - before.cpu < 0.05
    assert after.waits > before.waits, "joining is waiting"


def test_new_pages_are_counted() -> None:
    before, alone = read_all(), read()
    kept = bytearray(1 << 26)
    after = read_all()
    assert len(kept) == 1 << 26
    assert after.faults - before.faults > 0
    assert read().faults >= alone.faults


def test_a_system_without_counters_has_clocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counters, "resource", None)
    found = read()
    assert (found.switches, found.faults, found.waits) == (0, 0, 0)
    assert found.wall > 0
