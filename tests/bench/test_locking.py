from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from support.laboratory import header, run
from support.probe import ROOT

from tensorlab.bench import locking
from tensorlab.bench.locking import locked
from tensorlab.bench.store import Store, load
from tensorlab.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

HOLD = """
import sys
sys.path[:0] = [sys.argv[1]]
from tensorlab.bench.locking import locked
file = open("a.jsonl", "ab")
print(locked(file), flush=True)
sys.stdin.read()
"""


def test_a_second_writer_is_refused_while_the_first_lives(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    with Store(path, header()), pytest.raises(StoreError, match="is being written by another process"):
        Store(path, header(), resume=True)
    with Store(path, header(), resume=True) as store:
        store.append(run())
    assert load(path).rows == (run(),)


@pytest.mark.skipif(os.name == "nt", reason="this system locks no files")
def test_the_lock_ends_with_the_process_that_held_it_however_that_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    with Store(path, header()):
        pass
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(ROOT)],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "True\n"
    with pytest.raises(StoreError, match="is being written by another process"):
        Store(path, header(), resume=True)
    holder.kill()
    holder.communicate()
    with Store(path, header(), resume=True) as store:
        store.append(run())
    assert load(path).rows == (run(),)


def test_what_cannot_be_locked_counts_as_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (tmp_path / "a").open("wb") as file:
        monkeypatch.setattr(locking, "fcntl", None)
        assert locked(file)
