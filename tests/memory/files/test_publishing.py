from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tensorlab.errors import StoreError
from tensorlab.memory.files.publishing import published, require_new

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_appears_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "out"
    with published(str(path), 0o640) as stream:
        stream.write(b"abc")
        assert not path.exists()
    assert path.read_bytes() == b"abc"
    assert path.stat().st_mode & 0o777 == 0o640
    assert [each.name for each in tmp_path.iterdir()] == ["out"]


def test_nothing_is_left_of_one_that_failed(tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="no"), published(str(tmp_path / "out"), 0o600):
        raise KeyError("no")
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_was_taken_meanwhile_is_left(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_text("mine")
    with pytest.raises(StoreError, match="is there already"), published(str(path), 0o600) as stream:
        stream.write(b"abc")
    assert path.read_text() == "mine"
    assert [each.name for each in tmp_path.iterdir()] == ["out"]


def test_where_there_are_no_second_names_the_file_is_renamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    with published(str(tmp_path / "out"), 0o600) as stream:
        stream.write(b"abc")
    assert [each.read_bytes() for each in tmp_path.iterdir()] == [b"abc"]


def test_a_name_that_no_file_can_have(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no file can be called"):
        require_new("a\0b", "x")
    require_new(str(tmp_path / "new"), "x")
    with pytest.raises(StoreError, match="cannot be written"), published(str(tmp_path / ("x" * 300)), 0o600) as stream:
        stream.write(b"abc")
    assert list(tmp_path.iterdir()) == []
