from __future__ import annotations

import os
import warnings
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from support.probe import run_python
from support.tensor_files import npy_bytes, npz_bytes, sound_safetensors, torch_bytes, written
from torch.utils.serialization import config

from tensorlab.errors import StoreError, UnavailableError
from tensorlab.memory.files.slim import slim_file
from tensorlab.memory.files.source import opened
from tensorlab.memory.files.zipped import entries

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BASE = torch.arange(4000.0)


def tied() -> torch.nn.Module:
    one, other = torch.nn.Linear(20, 20), torch.nn.Linear(20, 20)
    other.weight = one.weight
    return torch.nn.Sequential(one, other)


def moved() -> dict[str, torch.Tensor]:
    module = torch.nn.Linear(3, 3)
    return {
        "p": torch.nn.Parameter(BASE[50:60]),
        "frozen": torch.nn.Parameter(BASE[7:9], requires_grad=False),
        **module.state_dict(),
    }


def with_metadata() -> Any:
    module = torch.nn.BatchNorm1d(4)
    module.register_buffer("part", BASE[100:104])
    return module.state_dict()


def optimizer() -> Any:
    parameter = torch.nn.Parameter(BASE[:30].clone())
    chosen = torch.optim.Adam([parameter])
    parameter.sum().backward()  # type: ignore[no-untyped-call]  # torch does not say
    chosen.step()
    return {"optimizer": chosen.state_dict(), "part": BASE[3900:]}


def quantized() -> Any:
    whole = torch.quantize_per_channel(torch.ones(300, 2), torch.ones(300), torch.zeros(300), 0, torch.qint8)
    return {"tensor": torch.quantize_per_tensor(torch.arange(300.0), 0.1, 0, torch.qint8)[20:25], "channel": whole}


STRUCTURES: dict[str, Callable[[], Any]] = {
    "a slice": lambda: BASE[10:20],
    "overlapping windows": lambda: {"a": BASE[10:50].as_strided((5, 4), (2, 1)), "b": BASE[12:15]},
    "a transpose": lambda: {"t": BASE[100:112].view(3, 4).t(), "u": BASE[112:120]},
    "views of views": lambda: [BASE[100:200][5:][::3], BASE[100:200].view(10, 10)[2:4, 5:]],
    "apart": lambda: {"first": BASE[:5], "last": BASE[-5:], "middle": BASE[2000:2005]},
    "expanded": lambda: {"e": BASE[3:4].expand(1000), "f": BASE[9].expand(3, 4)},
    "no elements": lambda: {"z": BASE[5:5], "y": torch.zeros(3, 0, 2), "x": BASE[90:91]},
    "only no elements": lambda: BASE[7:7],
    "no elements far behind": lambda: {"a": (far := torch.arange(10_000.0))[9000:9000], "b": far[:5]},
    "only no elements, far behind": lambda: torch.arange(10_000.0)[9000:9000],
    "0-d": lambda: {"s": BASE[77], "t": torch.tensor(3)},
    "bfloat16": lambda: torch.arange(999, dtype=torch.bfloat16)[501:506],
    "complex": lambda: {
        "c": torch.randn(100, dtype=torch.complex64)[50:60],
        "cj": torch.ones(9, dtype=torch.complex64)[3:5].conj(),
    },
    "negative": lambda: torch.ones(90, dtype=torch.complex64)[20:30].conj().imag,
    "unsigned": lambda: {"u": torch.arange(999, dtype=torch.int32).to(torch.uint16)[77:80]},
    "float8": lambda: torch.ones(999).to(torch.float8_e4m3fn)[5:9],
    "two dtypes of one storage": lambda: {
        "w": torch.zeros(999, dtype=torch.uint16)[4:100].view(torch.uint32)[1:3],
        "h": torch.zeros(999, dtype=torch.uint16)[7:9],
    },
    "parameters": moved,
    "tied weights": lambda: tied().state_dict(),
    "one tensor twice": lambda: {"a": (piece := BASE[30:40]), "b": piece, "c": {"d": [piece]}},
    "metadata": with_metadata,
    "an optimizer": optimizer,
    "sparse": lambda: {"coo": torch.eye(90).to_sparse(), "csr": torch.eye(90).to_sparse_csr(), "part": BASE[9:11]},
    "quantized": quantized,
    "nested": lambda: {"n": torch.nested.nested_tensor([torch.ones(2), torch.ones(3)]), "part": BASE[9:11]},
    "attributes": lambda: {"a": named_tensor(BASE[8:10]), "b": BASE[:1]},
    "words like keys": lambda: {
        "0": BASE[500:510],
        "1": BASE[900:905],
        "keys": ["0", "1", "2", "3"],
        "2": torch.ones(2),
    },
    "other objects": lambda: {
        "n": 3,
        "l": [1.5, None, True],
        "t": (1, "a"),
        "b": b"xy",
        "v": BASE[:3],
        "d": torch.float16,
    },
    "meta": lambda: {"m": torch.empty(3, device="meta"), "v": BASE[1:3]},
}


def named_tensor(tensor: torch.Tensor) -> torch.Tensor:
    tensor.note = "kept"  # type: ignore[attr-defined]  # what is tested
    return tensor


def bits(tensor: torch.Tensor) -> bytes:
    """The elements as they lie, and all that tells what they mean."""
    if tensor.device.type == "meta" or not tensor.numel():
        return b""
    if tensor.is_nested:
        return b"".join(map(bits, tensor.unbind()))
    if tensor.is_quantized:
        return bits(tensor.int_repr())
    if tensor.layout != torch.strided:
        return bits(tensor.to_dense())
    plain = torch.empty(tensor.numel(), dtype=tensor.dtype)
    plain.copy_(tensor.detach().reshape(-1))
    return bytes(plain.view(torch.uint8).tolist())


def require_equal(old: Any, new: Any) -> None:
    assert type(old) is type(new)
    if isinstance(old, torch.Tensor):
        for fact in ("dtype", "layout", "requires_grad", *(() if old.is_nested else ("shape",))):
            assert getattr(old, fact) == getattr(new, fact)
        assert vars(old) == vars(new)
        assert (old.is_conj(), old.is_neg(), bits(old)) == (new.is_conj(), new.is_neg(), bits(new))
        if old.layout == torch.strided and not old.is_nested:
            assert old.stride() == new.stride()
    elif isinstance(old, dict):
        assert list(old) == list(new)
        assert vars(old) == vars(new) if isinstance(old, OrderedDict) else True
        for key in old:
            require_equal(old[key], new[key])
    elif isinstance(old, (list, tuple)):
        assert len(old) == len(new)
        for pair in zip(old, new, strict=True):
            require_equal(*pair)
    else:
        assert old == new


def slimmed(folder: Path, thing: object, **options: Any) -> tuple[Path, Path]:
    path, output = folder / "x.pt", folder / "out.pt"
    path.write_bytes(torch_bytes(thing, **options))
    output.unlink(missing_ok=True)
    before = path.read_bytes()
    done = slim_file(str(path), str(output))
    assert path.read_bytes() == before
    assert (done.before, done.after) == (path.stat().st_size, output.stat().st_size)
    assert done.after <= done.before
    assert sorted(each.name for each in folder.iterdir()) == ["out.pt", "x.pt"]
    return path, output


@pytest.mark.filterwarnings("ignore:The PyTorch API of nested tensors:UserWarning")
@pytest.mark.filterwarnings("ignore:Sparse:UserWarning")
@pytest.mark.filterwarnings("ignore:torch.quantize_per_tensor:UserWarning")
@pytest.mark.filterwarnings("ignore:TypedStorage is deprecated:UserWarning")
@pytest.mark.parametrize("name", STRUCTURES)
def test_what_is_loaded_of_the_copy_is_the_same_bit_for_bit(tmp_path: Path, name: str) -> None:
    for protocol in (2, 4):
        path, output = slimmed(tmp_path, STRUCTURES[name](), pickle_protocol=protocol)
        old = torch.load(path, weights_only=protocol == 2)
        require_equal(old, torch.load(output, weights_only=protocol == 2))
        require_equal(old, torch.load(output, weights_only=protocol == 2, mmap=True))


@pytest.mark.filterwarnings("ignore:The PyTorch API of nested tensors:UserWarning")
def test_a_jagged_tensor_is_the_same_though_it_is_not_read(tmp_path: Path) -> None:
    jagged = torch.nested.nested_tensor([torch.ones(2), torch.ones(3)], layout=torch.jagged)
    path, output = slimmed(tmp_path, {"n": jagged, "part": BASE[9:11]})
    assert output.stat().st_size < path.stat().st_size
    loaded = torch.load(output, weights_only=False)
    assert [row.tolist() for row in loaded["n"].unbind()] == [[1, 1], [1, 1, 1]]
    assert loaded["part"].tolist() == [9, 10]


def test_storages_stay_aligned_as_they_were(tmp_path: Path) -> None:
    before = config.save.storage_alignment
    config.save.storage_alignment = 4096
    try:
        _, output = slimmed(tmp_path, {"a": BASE[10:20], "b": torch.ones(3), "far": torch.arange(9000.0)[:3]})
    finally:
        config.save.storage_alignment = before
    with opened(str(output)) as source:
        assert {entry.position % 4096 for entry in entries(source)} == {0}
    assert torch.load(output)["a"].tolist() == BASE[10:20].tolist()


def test_bytes_that_no_tensor_touches_are_dropped_and_sharing_stays(tmp_path: Path) -> None:
    path, output = slimmed(tmp_path, {"a": BASE[10:20], "b": BASE[15:25], "far": BASE[3000:3003]})
    assert path.stat().st_size - output.stat().st_size > 15_000
    loaded = torch.load(output)
    assert [loaded[name].untyped_storage().nbytes() for name in ("a", "b", "far")] == [60, 60, 12]
    loaded["a"][5] = -1
    assert loaded["b"][0] == -1


def test_an_expanded_tensor_keeps_one_element(tmp_path: Path) -> None:
    _, output = slimmed(tmp_path, {"e": BASE[3:4].expand(10**6)})
    loaded = torch.load(output)["e"]
    assert (loaded.stride(), loaded.untyped_storage().nbytes()) == ((0,), 4)


@pytest.mark.filterwarnings("ignore:TypedStorage is deprecated:UserWarning")
def test_a_storage_that_stands_for_itself_is_kept_whole(tmp_path: Path) -> None:
    short = torch.zeros(999, dtype=torch.uint16)
    _, output = slimmed(tmp_path, {"s": short.untyped_storage(), "a": short[:3], "b": torch.arange(999.0)[:2]})
    loaded = torch.load(output)
    assert loaded["s"].nbytes() == 1998
    assert loaded["a"].untyped_storage().nbytes() == 1998
    assert loaded["b"].untyped_storage().nbytes() == 8


def test_the_copy_is_never_larger(tmp_path: Path) -> None:
    path, output = slimmed(tmp_path, {str(n): BASE[3 * n : 3 * n + 2] for n in range(1300)})
    assert output.read_bytes() == path.read_bytes()
    done = slim_file(str(path), str(tmp_path / "again.pt"))
    assert done.reason == "no byte to drop: the copy has the original's bytes"
    assert os.stat(tmp_path / "again.pt").st_mode == path.stat().st_mode  # noqa: PTH116 - beside the other


def test_a_whole_module_and_the_device_of_a_tensor_are_left_as_they_are(tmp_path: Path) -> None:
    module = torch.nn.Linear(3, 3)
    module.register_buffer("part", BASE[9:12])
    path, output = slimmed(tmp_path, module)
    assert output.stat().st_size < path.stat().st_size
    old, new = torch.load(path, weights_only=False), torch.load(output, weights_only=False)
    require_equal(old.state_dict(), new.state_dict())
    content = torch_bytes({"v": BASE[:3]}).replace(b"X\x03\x00\x00\x00cpu", b"X\x03\x00\x00\x00xpu")
    moved_path = written(tmp_path, "moved.pt", content)
    slim_file(moved_path, str(tmp_path / "m.pt"))
    assert b"X\x03\x00\x00\x00xpu" in (tmp_path / "m.pt").read_bytes()


def test_torch_finds_the_storages_where_it_calculates_them(tmp_path: Path) -> None:
    _, output = slimmed(tmp_path, {"a": BASE[10:20], "b": torch.ones(2), "far": BASE[3000:3003]})
    code = (
        "import sys, torch\n"
        "from torch.utils.serialization import config\n"
        "config.load.calculate_storage_offsets = True\n"
        "loaded = torch.load(sys.argv[1], mmap=True)\n"
        "print(loaded['a'].tolist() == list(range(10, 20)), loaded['far'].tolist())\n"
    )
    done = run_python(code, str(output))
    done.check_returncode()
    assert done.stdout == "True [3000.0, 3001.0, 3002.0]\n"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("x.safetensors", sound_safetensors(), "safetensors stores each tensor once"),
        ("x.npy", npy_bytes([1, 2]), "one array"),
        ("x.npz", npz_bytes(a=[1, 2]), "each array once"),
    ],
)
def test_other_files_have_nothing_to_slim(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    done = slim_file(written(tmp_path, name, content), str(tmp_path / "out"))
    assert str(done).startswith("nothing to slim: ")
    assert reason in str(done)
    assert not (tmp_path / "out").exists()


def test_an_output_that_is_there_is_left(tmp_path: Path) -> None:
    path = tmp_path / "x.pt"
    path.write_bytes(torch_bytes(BASE[:3]))
    (tmp_path / "there.pt").write_text("mine")
    (tmp_path / "link.pt").symlink_to(path)
    (tmp_path / "dangling.pt").symlink_to(tmp_path / "nowhere.pt")
    os.link(path, tmp_path / "hard.pt")
    before = path.read_bytes()
    for name, words in (
        ("x.pt", "is the file itself"),
        ("link.pt", "is the file itself"),
        ("hard.pt", "is the file itself"),
        ("there.pt", "is there already"),
        ("dangling.pt", "is there already"),
        ("no/out.pt", "there is no folder"),
        ("a\0b", "no file can be called"),
    ):
        with pytest.raises(StoreError, match=words):
            slim_file(str(path), str(tmp_path / name))
    assert path.read_bytes() == before
    assert (tmp_path / "there.pt").read_text() == "mine"
    assert not (tmp_path / "nowhere.pt").exists()
    with pytest.raises(UnavailableError, match="there is no file"):
        slim_file(str(tmp_path / "absent.pt"), str(tmp_path / "out.pt"))


def test_nothing_is_left_where_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, "x.pt", torch_bytes(BASE[:3]))

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(StoreError, match=r"'.*out\.pt' cannot be written: No space left on device"):
        slim_file(path, str(tmp_path / "out.pt"))
    assert [each.name for each in tmp_path.iterdir()] == ["x.pt"]


def test_a_script_is_not_slimmed(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch.jit is deprecated
        module = torch.jit.trace(torch.nn.Linear(2, 2), torch.ones(1, 2))  # type: ignore[no-untyped-call]  # torch does not say
        torch.jit.save(module, tmp_path / "x.pt")
    with pytest.raises(StoreError, match="a TorchScript archive is not slimmed"):
        slim_file(str(tmp_path / "x.pt"), str(tmp_path / "out.pt"))


@st.composite
def tensors(draw: st.DrawFn) -> torch.Tensor:
    """A strided view of the base, of any shape and dtype. Shrinks to its first element."""
    dtype = draw(st.sampled_from([torch.float32, torch.int16, torch.complex64, torch.uint8]))
    base = torch.arange(200).to(dtype) if draw(st.booleans()) else SHARED[dtype]
    shape = draw(st.lists(st.integers(0, 4), max_size=3))
    strides = [draw(st.integers(0, 12)) for _ in shape]
    return base.as_strided(shape, strides, draw(st.integers(0, 80)))


SHARED = {dtype: torch.arange(200).to(dtype) for dtype in (torch.float32, torch.int16, torch.complex64, torch.uint8)}


@given(things=st.lists(tensors(), max_size=6))
def test_any_views_are_the_same_after_slimming(
    tmp_path_factory: pytest.TempPathFactory, things: list[torch.Tensor]
) -> None:
    folder = tmp_path_factory.mktemp("slim")
    path, output = slimmed(folder, things)
    old, new = torch.load(path), torch.load(output)
    require_equal(old, new)
    for i, one in enumerate(old):
        for j, other in enumerate(old[:i]):
            if one.numel() and other.numel() and together(one, other):
                assert new[i].data_ptr() - new[j].data_ptr() == one.data_ptr() - other.data_ptr()


def together(one: torch.Tensor, other: torch.Tensor) -> bool:
    """Whether the extents of two tensors overlap."""
    (start, stop), (begin, end) = run(one), run(other)
    return start < end and begin < stop


def run(tensor: torch.Tensor) -> tuple[int, int]:
    last = sum((n - 1) * stride for n, stride in zip(tensor.shape, tensor.stride(), strict=True))
    return tensor.data_ptr(), tensor.data_ptr() + (last + 1) * tensor.element_size()
