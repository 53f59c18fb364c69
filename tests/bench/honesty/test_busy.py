from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tensorlab.bench.honesty.busy import busy_loops


def _runs(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text(encoding="ascii").split()[2]
    except (FileNotFoundError, ProcessLookupError):  # gone, or gone while it was read
        return False


def test_so_many_processes_run_and_are_ended_whatever_happens() -> None:
    started: list[int] = []

    def interrupted() -> None:
        with busy_loops(2) as ids:
            started.extend(ids)
            assert all(map(_runs, ids))
            raise KeyboardInterrupt("ended")

    with pytest.raises(KeyboardInterrupt, match="ended"):
        interrupted()
    assert len(set(started)) == 2
    assert not any(map(_runs, started))


def test_they_end_where_the_one_that_started_them_is_killed() -> None:
    code = "from tensorlab.bench.honesty.busy import busy_loops as loops\n"
    code += "with loops(1) as ids:\n  print(*ids, flush=True)\n  input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
    end = time.monotonic() + 10
    while _runs(pid) and time.monotonic() < end:
        time.sleep(0.05)
    assert not _runs(pid)
