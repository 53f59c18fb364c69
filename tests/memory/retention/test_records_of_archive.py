from __future__ import annotations

import io
import zipfile

import pytest
import torch

from tensorlab.memory.retention.records_of_archive import archive_length, letters_of, records_in


def test_the_directory_tells_every_record() -> None:
    file = io.BytesIO()
    torch.save([torch.ones(3), torch.ones(200)], file)
    inside = zipfile.ZipFile(file)
    data = file.getvalue()
    found = records_in(data[inside.start_dir :])
    assert found == [(len(entry.filename) - 7, entry.file_size) for entry in inside.infolist()]
    assert archive_length(found, 7) == len(data)


@pytest.mark.parametrize(
    ("path", "letters"), [("x.pt", 1), ("/a/b.c/model", 5), ("a.b.pt", 3), ("größe.pt", 7), ("C:\\a\\bc.pt", 2)]
)
def test_letters_that_records_repeat(path: str, letters: int) -> None:
    assert letters_of(path) == letters


def test_a_longer_name_never_makes_a_shorter_file() -> None:
    lengths = [archive_length([(9, 5), (7, 64), (12, 2**32)], letters) for letters in range(200)]
    assert lengths == sorted(lengths)
