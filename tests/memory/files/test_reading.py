from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.probe import loaded
from support.tensor_files import some_files, written

from tensorlab.errors import StoreError
from tensorlab.memory.files.reading import read_file

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", some_files())
def test_the_content_tells_what_a_file_is(tmp_path: Path, name: str) -> None:
    content = some_files()[name]
    told = read_file(written(tmp_path, name, content))
    renamed = read_file(written(tmp_path, "wrong.txt", content))
    assert told.kind == renamed.kind
    assert told.nbytes == len(content)


def test_reading_loads_neither_torch_nor_numpy() -> None:
    assert loaded("import tensorlab.memory.files.slim", frozenset({"torch", "numpy"})) == frozenset()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x89HDF\r\n", "an HDF5 file"),
        (b"GGUF\3", "a GGUF file"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"\x80\4N.", "bare pickle"),
    ],
)
def test_files_of_other_kinds_are_named(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(StoreError, match=words):
        read_file(written(tmp_path, "x.pt", content))
