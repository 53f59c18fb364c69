from __future__ import annotations

import socket
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tensorlab.distributed.launching import Launch, launch
from tensorlab.errors import UnavailableError

if TYPE_CHECKING:
    from tensorlab.distributed.launching import Outcome

RANK = """
import os, signal, sys, time
from pathlib import Path
from typing import TYPE_CHECKING
from tensorlab.distributed.journal import Journal
from tensorlab.distributed.lifeline import end_with_parent
from tensorlab.distributed.record import Crew

end_with_parent()
rank = int(os.environ["RANK"])
journal = Journal(Path(sys.argv[1]), rank)
journal.begin("starting")
journal.begin("working")
if rank == 0:
    threads = int(os.environ["OMP_NUM_THREADS"])
    journal.keep(Crew(ranks=2, hosts=1, backend="none", device="cpu", threads=threads, machine=sys.argv[2]))
else:
    while not (Path(sys.argv[1]) / "rows.jsonl").exists():
        time.sleep(0.05)
    time.sleep(0.5)
    {fault}
"""


@pytest.fixture
def ranks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def started(folder: Path, fault: str, waits: str = "", **limits: float) -> Outcome:
    """Two ranks of which the second has a fault; none of them may be left."""
    name = f"rank_{abs(hash((fault, waits)))}"
    (folder / f"{name}.py").write_text(RANK.format(fault=fault) + waits)
    asked = Launch(ranks=2, threads=3, patience=limits.get("patience", 60.0), limit=limits.get("limit", 100.0))
    outcome = launch(asked, name, "word")
    assert left(name) == []
    return outcome


def left(name: str) -> list[str]:
    """Processes that run a module of that name, killed ones that are still being taken away apart."""
    deadline = time.monotonic() + 5
    while True:
        found = [path.parent.name for path in Path("/proc").glob("[0-9]*/cmdline") if name.encode() in contents(path)]
        if not found or time.monotonic() > deadline:
            return found
        time.sleep(0.05)


def contents(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def test_rows_and_environment(ranks: Path) -> None:
    seen: list[int] = []
    name = "rank_that_works"
    (ranks / f"{name}.py").write_text(RANK.format(fault="pass") + "time.sleep(0.5)")
    outcome = launch(Launch(ranks=2, threads=3), name, "word", watch=lambda rows: seen.append(len(rows)))
    assert (outcome.failure, outcome.interrupted) == (None, False)
    (crew,) = outcome.rows
    assert (getattr(crew, "threads", 0), getattr(crew, "machine", "")) == (3, "word")
    assert seen[-1] == 1


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("os.kill(os.getpid(), signal.SIGKILL)", "rank 1 was ended by SIGKILL, in working"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "rank 1 was ended by SIGSEGV, in working"),
        ("sys.exit(7)", "rank 1 ended with exit code 7, in working"),
        ("journal.failed(ValueError('odd')); sys.exit(1)", "rank 1 failed: ValueError: odd, in working"),
    ],
)
def test_a_rank_that_ends_is_named(ranks: Path, fault: str, sentence: str) -> None:
    outcome = started(ranks, fault, "time.sleep(60)")
    assert str(outcome.failure) == sentence
    assert len(outcome.rows) == 1, "what was measured before is kept"


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_rank_that_is_stopped_is_named_and_ended(ranks: Path) -> None:
    waits = "time.sleep(1); journal.failed(RuntimeError('Timed out waiting')); sys.exit(1)"
    begun = time.monotonic()
    outcome = started(ranks, "os.kill(os.getpid(), signal.SIGSTOP)", waits)
    assert str(outcome.failure) == "rank 1 hangs: the others waited for it in vain, in working"
    assert time.monotonic() - begun < 60


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_whole_has_a_time_limit(ranks: Path) -> None:
    outcome = started(ranks, "pass", "time.sleep(60)", limit=6.0)
    assert str(outcome.failure) == "rank 0 was not done within 6 s, in working"


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_silence_of_all_is_a_hang(ranks: Path) -> None:
    outcome = started(ranks, "pass", "time.sleep(60)", patience=1.0)
    assert str(outcome.failure) == "rank 0 hangs: no step within 1 s, in working"


def test_a_module_that_is_not_there(ranks: Path) -> None:
    assert ranks.is_dir()
    outcome = launch(Launch(ranks=2), "no_such_rank")
    assert outcome.failure is not None
    assert outcome.failure.cause == "died"


def test_a_port_that_is_taken(ranks: Path) -> None:
    assert ranks.is_dir()
    with socket.socket() as other:
        other.bind(("", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(UnavailableError, match=f"cannot meet at port {port}: Address already in use"):
            launch(Launch(ranks=2, port=port), "x")
    with pytest.raises(UnavailableError, match="cannot meet at port 70000"):
        launch(Launch(ranks=2, port=70000), "x")


def test_ctrl_c_keeps_what_was_measured(ranks: Path) -> None:
    def stop(rows: list[object]) -> None:
        if rows:
            raise KeyboardInterrupt

    (ranks / "rank_on_and_on.py").write_text(RANK.format(fault="pass") + "time.sleep(60)")
    outcome = launch(Launch(ranks=2), "rank_on_and_on", "word", watch=stop)  # type: ignore[arg-type]  # takes any rows
    assert (len(outcome.rows), outcome.failure, outcome.interrupted) == (1, None, True)
