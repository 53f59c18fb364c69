from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from support.tensor_files import safetensors_bytes, sound_safetensors, written

from tensorlab.errors import StoreError
from tensorlab.layout.record import Layout
from tensorlab.memory.files.dtypes import SUB_BYTE, of_safetensors
from tensorlab.memory.files.reading import read_file

if TYPE_CHECKING:
    from pathlib import Path


def entry(dtype: str, shape: list[int], start: int, stop: int) -> dict[str, Any]:
    return {"dtype": dtype, "shape": shape, "data_offsets": [start, stop]}


def test_tensors_lie_in_c_order_behind_the_header(tmp_path: Path) -> None:
    content = read_file(written(tmp_path, "x.safetensors", sound_safetensors()))
    named = dict(content.tensors)
    assert named["w"].layout == Layout((2, 3), (12, 4), itemsize=4)
    assert named["b"].dtype == of_safetensors("BF16")
    assert named["w"].storage is not None
    assert named["w"].storage.address == content.nbytes - 30
    assert content.doubts == ()


@pytest.mark.parametrize(
    ("header", "size", "codes"),
    [
        ({"a": entry("U8", [2], 0, 2), "b": entry("U8", [2], 4, 6)}, 6, ["hole"]),
        ({"a": entry("U8", [2], 0, 2), "b": entry("U8", [2], 1, 3)}, 3, ["overlap"]),
        ({"a": entry("U8", [2], 0, 2)}, 9, ["trailing"]),
        ({}, 4, ["trailing"]),
        ({"a": entry("U8", [0], 0, 0), "b": entry("U8", [], 0, 1)}, 1, []),
    ],
)
def test_what_the_format_forbids_is_told(tmp_path: Path, header: dict[str, Any], size: int, codes: list[str]) -> None:
    content = read_file(written(tmp_path, "x.safetensors", safetensors_bytes(header, bytes(size))))
    assert [doubt.code for doubt in content.doubts] == codes


def test_bytes_that_no_tensor_has_are_records_of_their_own(tmp_path: Path) -> None:
    header = {"a": entry("U8", [2], 1, 3)}
    content = read_file(written(tmp_path, "x.safetensors", safetensors_bytes(header, bytes(7))))
    assert [(record.owner, record.nbytes) for record in content.records] == [("a", 2), ("gap", 1), ("gap", 4)]


def test_values_of_less_than_a_byte_have_no_strides(tmp_path: Path) -> None:
    assert {"F4"} <= set(SUB_BYTE)
    content = read_file(written(tmp_path, "x.safetensors", safetensors_bytes({"a": entry("F4", [4], 0, 2)}, bytes(2))))
    ((_, memory),) = content.tensors
    assert (memory.layout, [doubt.code for doubt in memory.doubts]) == (None, ["packed"])


def test_a_key_twice_is_found_at_once(tmp_path: Path) -> None:
    inner = ",".join(f'"k{n}":1' for n in range(900)) + ',"k899":1'
    header = "{" + ",".join(f'"t{n}":{{{inner}}}' for n in range(300)) + "}"
    path = written(tmp_path, "x.safetensors", len(header).to_bytes(8, "little") + header.encode())
    with pytest.raises(StoreError, match="has a key twice: 'k899'"):
        read_file(path)
