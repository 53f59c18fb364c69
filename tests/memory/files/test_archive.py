from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from support.tensor_files import archive_bytes, torch_bytes, with_pickle, written

from tensorlab.memory.files.reading import read_file
from tensorlab.memory.tensor import describe

if TYPE_CHECKING:
    from pathlib import Path

    from tensorlab.memory.files.record import FileContent
    from tensorlab.memory.record import MemoryMap


def read(folder: Path, thing: object, **options: Any) -> FileContent:
    return read_file(written(folder, "x.pt", torch_bytes(thing, **options)))


def require_told(tensor: torch.Tensor, memory: MemoryMap, data: bytes) -> None:
    """The reader tells of the file what the adapter tells of the tensor, and the bytes are where it says."""
    live = describe(tensor)
    assert (memory.shape, memory.dtype, memory.layout) == (live.shape, live.dtype, live.layout)
    assert memory.storage is not None
    assert memory.storage.address is not None
    assert live.storage is not None
    assert memory.storage.nbytes == live.storage.nbytes
    held = data[memory.storage.address :][: memory.storage.nbytes]
    assert held == bytes(tensor.untyped_storage())


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_nested_names_dtypes_and_places(tmp_path: Path, protocol: int) -> None:
    base = torch.arange(60.0)
    thing = {
        "layers.0.weight": base[3:9].view(2, 3).t(),
        "nested": {"list": [base[:4], (torch.ones(2, dtype=torch.bfloat16),)], 7: torch.zeros(3, dtype=torch.bool)},
        "u": torch.ones(4).to(torch.uint16),
        "c": torch.ones(2, dtype=torch.complex128)[1:],
        "e": base[4].expand(2, 5),
    }
    content = read(tmp_path, thing, pickle_protocol=protocol)
    names = ["layers.0.weight", "nested.list[0]", "nested.list[1][0]", "nested[7]", "u", "c", "e"]
    assert [name for name, _ in content.tensors] == names
    nested: Any = thing["nested"]
    tensors = [thing["layers.0.weight"], nested["list"][0], nested["list"][1][0], nested[7]]
    data = (tmp_path / "x.pt").read_bytes()
    for tensor, (_, memory) in zip([*tensors, thing["u"], thing["c"], thing["e"]], content.tensors, strict=True):
        require_told(tensor, memory, data)


@given(
    shape=st.lists(st.integers(0, 5), max_size=4),
    strides=st.lists(st.integers(0, 9), min_size=4, max_size=4),
    offset=st.integers(0, 20),
    dtype=st.sampled_from([torch.float32, torch.int8, torch.float16, torch.complex64, torch.float8_e5m2]),
)
def test_any_view_is_told_as_it_is(
    tmp_path_factory: pytest.TempPathFactory, shape: list[int], strides: list[int], offset: int, dtype: torch.dtype
) -> None:
    tensor = torch.zeros(200, dtype=dtype).as_strided(shape, strides[: len(shape)], offset)
    folder = tmp_path_factory.mktemp("view")
    content = read(folder, tensor)
    assert [name for name, _ in content.tensors] == [""]
    require_told(tensor, content.tensors[0][1], (folder / "x.pt").read_bytes())


def test_parameters_flags_and_subclasses(tmp_path: Path) -> None:
    conj = torch.ones(3, dtype=torch.complex64).conj()
    leaf = torch.ones(2, requires_grad=True)
    thing = [
        torch.nn.Parameter(torch.ones(2)),
        torch.nn.Parameter(torch.ones(1), requires_grad=False),
        conj,
        leaf,
        torch.ones(3, dtype=torch.complex64).conj().imag,
    ]
    told = [memory for _, memory in read(tmp_path, thing).tensors]
    assert [memory.type for memory in told] == ["torch.nn.Parameter"] * 2 + ["torch.Tensor"] * 3
    assert [sorted(memory.traits) for memory in told] == [["requires_grad"], [], ["conj"], ["requires_grad"], ["neg"]]


@pytest.mark.filterwarnings("ignore:torch.quantize_per_tensor:UserWarning")
@pytest.mark.filterwarnings("ignore:TypedStorage is deprecated:UserWarning")
@pytest.mark.filterwarnings("ignore:The PyTorch API of nested tensors:UserWarning")
@pytest.mark.filterwarnings("ignore:Sparse:UserWarning")
def test_components_are_told_by_name(tmp_path: Path) -> None:
    channel = torch.quantize_per_channel(torch.ones(3, 2), torch.ones(3), torch.zeros(3), 0, torch.qint8)
    thing = {
        "coo": torch.eye(3).to_sparse(),
        "csr": torch.eye(3).to_sparse_csr(),
        "csc": torch.eye(3).to_sparse_csc(),
        "bsr": torch.eye(4).to_sparse_bsr((2, 2)),
        "q": channel,
        "n": torch.nested.nested_tensor([torch.ones(2), torch.ones(3)]),
        "m": torch.empty(5, device="meta"),
    }
    told = dict(read(tmp_path, thing).tensors)
    parts = {name: [part for part, _ in memory.parts] for name, memory in told.items()}
    assert parts["coo"] == ["indices", "values"]
    assert parts["csr"] == parts["bsr"] == ["crow_indices", "col_indices", "values"]
    assert parts["csc"] == ["ccol_indices", "row_indices", "values"]
    assert parts["q"] == ["scales", "zero_points"]
    assert parts["n"] == ["values", "sizes", "strides", "offsets"]
    assert told["m"].storage is None
    assert told["csr"].shape == (3, 3)


def test_a_module_and_what_it_names_that_is_not_read(tmp_path: Path) -> None:
    module = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.BatchNorm1d(3))
    content = read(tmp_path, module)
    names = {name for name, _ in content.tensors}
    assert names == set(module.state_dict())
    assert content.unread[0] == "torch.nn.modules.container.Sequential"
    assert [doubt.code for doubt in content.doubts] == ["unread", "unread"]
    assert content.doubts[0].text.startswith("not read: torch.nn.modules.container.Sequential, ")
    assert content.doubts[1].text.startswith("pickle calls when it loads the file: torch.nn.modules.container.Seq")


def test_a_function_that_is_named_and_not_called_is_not_told_as_called(tmp_path: Path) -> None:
    content = read(tmp_path, {"f": json.dumps, "w": torch.ones(2)})
    assert [doubt.text for doubt in content.doubts] == ["not read: json.dumps"]


@pytest.mark.filterwarnings("ignore:The PyTorch API of nested tensors:UserWarning")
def test_a_jagged_tensor_is_not_read_and_the_rest_is(tmp_path: Path) -> None:
    jagged = torch.nested.nested_tensor([torch.ones(2), torch.ones(3)], layout=torch.jagged)
    content = read(tmp_path, {"n": jagged, "p": torch.ones(2)})
    told = dict(content.tensors)
    assert told["p"].shape == (2,)
    assert told["n[2][0].values"].shape == (5,)
    assert "torch.nested._internal.nested_tensor._rebuild_njt" in content.doubts[0].text


def test_optimizers_tied_weights_and_bare_storages(tmp_path: Path) -> None:
    one = torch.nn.Parameter(torch.ones(2))
    chosen = torch.optim.Adam([one])
    one.sum().backward()  # type: ignore[no-untyped-call]  # torch does not say
    chosen.step()
    content = read(tmp_path, {"o": chosen.state_dict(), "a": one, "b": one, "s": torch.ones(3).untyped_storage()})
    named = dict(content.tensors)
    assert [*named] == ["o.state[0].step", "o.state[0].exp_avg", "o.state[0].exp_avg_sq", "a", "b", "s"]
    assert named["a"].storage == named["b"].storage
    assert named["s"].layout is not None
    assert content.unread == ()


def test_a_big_endian_file_is_told(tmp_path: Path) -> None:
    records = {"a/data.pkl": PICKLE, "a/byteorder": b"big", "a/data/0": bytes(16)}
    content = read_file(written(tmp_path, "x.pt", archive_bytes(records)))
    assert [doubt.code for doubt in content.doubts] == ["big-endian"]
    ((_, memory),) = content.tensors
    assert memory.dtype is not None
    assert memory.dtype.swapped


PICKLE = (
    b"\x80\2ctorch._utils\n_rebuild_tensor_v2\n((X\7\0\0\0storagectorch\nFloatStorage\nX\1\0\0\x000X\3\0\0\0cpuK\4tQ"
    b"K\1K\3\x85K\1\x85\x89NtR."
)


def test_a_layout_outside_its_record_is_a_doubt(tmp_path: Path) -> None:
    path = written(tmp_path, "x.pt", with_pickle(PICKLE.replace(b"K\1K\3", b"K\2K\3"), s0=bytes(16)))
    ((_, memory),) = read_file(path).tensors
    assert [doubt.code for doubt in memory.doubts] == ["storage-too-small"]
    assert not memory.readable
