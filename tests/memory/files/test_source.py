from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from tensorlab.errors import StoreError, UnavailableError
from tensorlab.memory.files.source import opened, quoted


def test_pieces_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"abcdef")
    with opened(tmp_path / "x") as source:
        assert source.take(2, 3) == b"cde"
        assert source.take(6, 0) == b""
        with pytest.raises(StoreError, match=r"is cut or damaged: it has 6 bytes, and 7 are needed"):
            source.take(6, 1)
        os.truncate(tmp_path / "x", 3)
        with pytest.raises(StoreError, match="became shorter while it was read"):
            source.take(2, 3)


def test_what_is_no_regular_file_is_refused_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    monkeypatch.chdir(tmp_path)  # the name of a socket is short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        for path in (tmp_path, tmp_path / "pipe", "/dev/zero", "/dev/null", "socket"):
            with pytest.raises(StoreError, match="is no regular file"), opened(path):
                pass
    with pytest.raises(StoreError, match="cannot be opened"), opened("loop"):
        pass


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x").write_bytes(b"abc")

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with (
        pytest.raises(StoreError, match=r"cannot be opened: Permission denied\nhint: may it be read\?"),
        opened(tmp_path / "x"),
    ):
        pass


@pytest.mark.parametrize("name", ["nowhere", "a\0b", "x" * 5000, "", str(Path(__file__) / "x")])
def test_a_name_of_no_file(name: str) -> None:
    with pytest.raises(UnavailableError, match="there is no file"), opened(name):
        pass


def test_a_long_name_is_cut() -> None:
    assert quoted("y" * 1000).endswith("...'")
