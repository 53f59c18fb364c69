from __future__ import annotations

import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.tensor_files import archive_bytes, torch_bytes, written

from tensorlab.errors import StoreError
from tensorlab.memory.files.source import opened
from tensorlab.memory.files.zipped import beginning, entries

if TYPE_CHECKING:
    from pathlib import Path

    from tensorlab.memory.files.zipped import Entry


def listed(folder: Path, data: bytes) -> tuple[Entry, ...]:
    with opened(written(folder, "x.zip", data)) as source:
        return entries(source)


@given(
    records=st.dictionaries(st.text("abc/é日", min_size=1, max_size=6), st.binary(max_size=30), max_size=5),
    method=st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]),
)
def test_entries_are_those_of_the_standard_library(
    tmp_path_factory: pytest.TempPathFactory, records: dict[str, bytes], method: int
) -> None:
    records = {name: content for name, content in records.items() if not name.startswith("/")}
    data = archive_bytes(records, method)
    found = listed(tmp_path_factory.mktemp("zip"), data)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        told = [
            (each.filename, each.header_offset, each.compress_size, each.file_size, each.CRC)
            for each in archive.filelist
        ]
    assert [(each.name, each.start, each.packed, each.nbytes, each.checksum) for each in found] == told
    if method == zipfile.ZIP_STORED:
        assert all(data[each.position :][: each.nbytes] == records[each.name] for each in found)


def test_the_wide_end_that_torch_writes_is_followed(tmp_path: Path) -> None:
    found = listed(tmp_path, torch_bytes([1]))
    assert {each.name for each in found} >= {"archive/data.pkl", "archive/version"}


def test_only_the_beginning_of_a_record_is_inflated(tmp_path: Path) -> None:
    data = archive_bytes({"a": bytes(10**6)}, zipfile.ZIP_DEFLATED)
    with opened(written(tmp_path, "x.zip", data)) as source:
        (entry,) = entries(source)
        assert beginning(source, entry, 100) == bytes(100)


def test_something_behind_the_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="bytes follow the end"):
        listed(tmp_path, archive_bytes({"a": b"x"}) + b"more")
    with pytest.raises(StoreError, match="its directory is not where its end says"):
        listed(tmp_path, b"before" + archive_bytes({"a": b"x"}))
