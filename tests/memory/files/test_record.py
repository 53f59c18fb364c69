from __future__ import annotations

import ast
from dataclasses import replace

import pytest
from support.source import FILES, tree

from tensorlab.errors import LayoutError
from tensorlab.memory.files.record import FILE_DOUBTS, FileRetention, Slimmed
from tensorlab.memory.retention.record import Retention
from tensorlab.memory.sharing_groups.record import SharingMap

EMPTY = FileRetention(
    path="x.pt",
    kind="torch archive",
    nbytes=100,
    retention=Retention(subject="x.pt", groups=(), used=0, kept=0),
    sharing=SharingMap(groups=(), alone=()),
)


def test_a_file_cannot_hold_more_than_it_is_long() -> None:
    assert replace(EMPTY, idle_bytes=100).overhead == 0
    with pytest.raises(LayoutError, match="storages of 101 B in a file of 100 B"):
        replace(EMPTY, idle_bytes=101)


def test_the_words_of_what_was_slimmed() -> None:
    done = Slimmed(path="a.pt", output="b.pt", before=10, after=10, reason="no byte to drop")
    assert str(done) == "a.pt 10 B -> b.pt 10 B: no byte to drop"
    assert str(replace(done, output=None, reason="an .npy file")) == "nothing to slim: an .npy file"


def test_every_doubt_is_in_the_table_and_none_besides() -> None:
    files = [path for path in FILES if path.parent.as_posix() == "tensorlab/memory/files"]
    calls = [node for path in files for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
    doubts = [call.args[0] for call in calls if isinstance(call.func, ast.Name) and call.func.id == "Doubt"]
    assert {code.value for code in doubts if isinstance(code, ast.Constant)} == {*FILE_DOUBTS}
