from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from support.probe import run_python

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
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    for number, flags in enumerate((getattr(os, "O_TMPFILE", 0), 0)):
        monkeypatch.setattr(os, "O_TMPFILE", flags, raising=False)
        path = tmp_path / f"out{number}"
        with published(str(path), 0o640) as stream:
            stream.write(b"abc")
        assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"abc", 0o640)
        with pytest.raises(StoreError, match="is there already"), published(str(path), 0o600) as stream:
            stream.write(b"other")
        assert path.read_bytes() == b"abc"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["out0", "out1"]


def test_an_error_of_naming_that_says_nothing_of_links_overwrites_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "link", fail)
    with pytest.raises(StoreError, match="Input/output error"), published(str(tmp_path / "out"), 0o600) as stream:
        stream.write(b"abc")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="no files without names here")
def test_a_process_that_is_ended_leaves_nothing(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys\n"
        "from tensorlab.memory.files.publishing import published\n"
        "with published(sys.argv[1], 0o600) as stream:\n"
        "    stream.write(b'abc')\n"
        "    stream.flush()\n"
        "    os.kill(os.getpid(), signal.SIGTERM)\n"
        "    signal.pause()\n"
    )
    assert run_python(code, str(tmp_path / "out")).returncode == -15
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_no_file_can_have(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no file can be called"):
        require_new("a\0b", "x")
    require_new(str(tmp_path / "new"), "x")
    with pytest.raises(StoreError, match="cannot be written"), published(str(tmp_path / ("x" * 300)), 0o600) as stream:
        stream.write(b"abc")
    assert list(tmp_path.iterdir()) == []
