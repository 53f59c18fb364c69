from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from support.probe import run_command
from support.tensor_files import npy_bytes, npz_bytes, sound_safetensors, torch_bytes, with_pickle, written

from tensorlab.codec import decode
from tensorlab.memory.files.record import FileRetention

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_is_drawn(tmp_path: Path) -> None:
    base = torch.zeros(1000)
    path = written(tmp_path, "x.pt", torch_bytes({"v": base[:10], "w": base[5:8]}))
    done = run_command("retains", path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "v and w share a storage, use 40 B, retain 4,000 B (100x); slimming drops the" in done.stdout
    assert "v and w share memory, 40 B in all: v[5] and w[0] are the same byte" in done.stdout


def test_json_is_the_record(tmp_path: Path) -> None:
    path = written(tmp_path, "x.safetensors", sound_safetensors())
    done = run_command("retains", path, "--json")
    record = decode(FileRetention, json.loads(done.stdout))
    assert record.retention.count == 2
    assert run_command("retains", path, "--ascii").stdout.isascii()


def test_a_copy_is_written_and_the_sizes_are_told(tmp_path: Path) -> None:
    path = written(tmp_path, "x.pt", torch_bytes({"v": torch.arange(10**5)[:10]}))
    output = tmp_path / "out.pt"
    done = run_command("retains", path, "--slim", str(output))
    assert (done.returncode, done.stderr) == (0, "")
    assert "B dropped" in done.stdout.replace("\n", " ")
    assert torch.load(output)["v"].tolist() == list(range(10))
    again = run_command("retains", path, "--slim", str(output))
    assert again.returncode == 2
    assert "is there already" in again.stderr


def test_nothing_to_slim_is_no_error(tmp_path: Path) -> None:
    for name, content in (
        ("x.safetensors", sound_safetensors()),
        ("x.npy", npy_bytes(np.ones(3))),
        ("x.npz", npz_bytes(a=np.ones(3))),
    ):
        done = run_command("retains", written(tmp_path, name, content), "--slim", str(tmp_path / "out"))
        assert done.returncode == 0
        assert done.stdout.startswith("nothing to slim: ")
    assert not (tmp_path / "out").exists()


def test_what_cannot_be_read_is_a_sentence_a_hint_and_a_code(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.pt")
    files = {
        "absent.pt": (None, 3, "there is no file"),
        "pipe.pt": (None, 2, "is no regular file"),
        "empty.pt": (b"", 2, "it is empty"),
        "cut.pt": (torch_bytes(torch.ones(9))[:300], 2, "the end of the archive is missing"),
        "bomb.pt": (with_pickle(b"cposix\nsystem\n(X\2\0\0\0lstR."), 2, "nothing of it was run"),
    }
    for name, (content, code, words) in files.items():
        path = written(tmp_path, name, content) if content is not None else str(tmp_path / name)
        done = run_command("retains", path)
        assert (done.returncode, done.stdout) == (code, "")
        lines = done.stderr.splitlines()
        assert words in lines[0]
        assert [line.partition(":")[0] for line in lines] == ["error", "hint"]


def test_a_name_in_an_error_cannot_move_the_cursor(tmp_path: Path) -> None:
    done = run_command("retains", str(tmp_path / "\x1b[2J.pt"))
    assert done.returncode == 3
    assert "\x1b" not in done.stderr


@pytest.mark.parametrize("target", ["bomb.pt", "bomb.npz"])
def test_show_refuses_what_retains_refuses(tmp_path: Path, target: str) -> None:
    content = with_pickle(b"cposix\nsystem\n(X\2\0\0\0lstR.")
    done = run_command("show", written(tmp_path, target, content))
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
