from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from support.tensor_files import archive_bytes, torch_bytes, written

from tensorlab.memory.files.reading import read_file
from tensorlab.memory.files.slim import slim_file
from tensorlab.memory.files.weighing import weigh

if TYPE_CHECKING:
    from pathlib import Path


def test_used_kept_shared_and_idle(tmp_path: Path) -> None:
    base = torch.zeros(1000)
    path = written(tmp_path, "x.pt", torch_bytes({"v": base[:10], "w": base[5:20:5], "o": torch.ones(2)}))
    told = weigh(read_file(path))
    assert (told.retention.used, told.retention.kept, told.dead) == (40 + 8 + 8, 4008, 3952)
    assert [[name for name, _ in group.members] for group in told.sharing.groups] == [["v", "w"]]
    assert told.overhead == told.nbytes - 4008
    done = slim_file(path, str(tmp_path / "out.pt"))
    assert told.slimmable == 4000 - 64
    assert abs(done.before - done.after - told.slimmable) < 128  # records begin at multiples of 64


def test_records_that_no_tensor_refers_to(tmp_path: Path) -> None:
    path = written(tmp_path, "x.pt", archive_bytes({"a/data.pkl": b"\x80\2}.", "a/data/0": bytes(100)}))
    told = weigh(read_file(path))
    assert [record.owner for record in told.idle] == ["a/data/0"]
    assert (told.idle_bytes, told.dead, told.slimmable) == (100, 100, 100)


def test_the_words_of_the_issue(tmp_path: Path) -> None:
    path = written(tmp_path, "x.pt", torch_bytes({"v": torch.zeros(10**6)[:10]}))
    assert "v uses 40 B, retains 4,000,000 B (100000x); slimming drops the rest" in str(weigh(read_file(path)))
