from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch
from support.tensor_files import archive_bytes, torch_bytes, written

from tensorlab.api.files import file_retention
from tensorlab.diagram.files import files_scene
from tensorlab.memory.files.reading import read_file
from tensorlab.memory.files.slim import slim_file
from tensorlab.memory.files.weighing import weigh

if TYPE_CHECKING:
    from pathlib import Path


def test_used_kept_shared_and_idle(tmp_path: Path) -> None:
    base = torch.zeros(1000)
    path = written(tmp_path, "x.pt", torch_bytes({"v": base[:10], "w": base[5:20:5], "o": torch.ones(2)}))
    told = file_retention(path)
    assert (told.retention.used, told.retention.kept, told.dead) == (40 + 8 + 8, 4008, 3952)
    assert [[name for name, _ in group.members] for group in told.sharing.groups] == [["v", "w"]]
    assert told.overhead == told.nbytes - 4008
    done = slim_file(path, str(tmp_path / "out.pt"))
    assert told.slimmable == done.before - done.after > 3900
    assert weigh(read_file(path)).slimmable == 0  # nothing was forecast


def test_records_that_no_tensor_refers_to(tmp_path: Path) -> None:
    path = written(tmp_path, "x.pt", archive_bytes({"a/data.pkl": b"\x80\2}.", "a/data/0": bytes(100)}))
    told = file_retention(path)
    assert [record.owner for record in told.idle] == ["a/data/0"]
    assert (told.idle_bytes, told.dead) == (100, 100)
    assert told.slimmable == told.nbytes - slim_file(path, str(tmp_path / "out.pt")).after


def test_the_words_of_the_issue(tmp_path: Path) -> None:
    path = written(tmp_path, "x.pt", torch_bytes({"v": torch.zeros(10**6)[:10]}))
    assert "v uses 40 B, retains 4,000,000 B (100000x); slimming drops the rest" in str(file_retention(path))


@pytest.mark.filterwarnings("ignore:Sparse")
def test_what_slimming_would_not_drop_is_not_promised(tmp_path: Path) -> None:
    path = written(tmp_path, "x.pt", torch_bytes({"s": torch.eye(3).to_sparse_csr()}))
    told = file_retention(path)
    done = slim_file(path, str(tmp_path / "out.pt"))
    assert told.slimmable == done.before - done.after
    assert told.dead
    assert told.slimmable == 0
    assert "slimming drops" not in str(told)
    assert "--slim" not in repr(files_scene(told))


def test_a_share_is_not_rounded_up_to_all(tmp_path: Path) -> None:
    told = file_retention(written(tmp_path, "x.pt", torch_bytes({"v": torch.zeros(10**6)[:10]})))
    assert "over 99.9 % of the file" in repr(files_scene(told))
    assert "1 tensor uses 40 B" in told.totals
