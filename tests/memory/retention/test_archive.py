from __future__ import annotations

import io
import warnings
from collections import OrderedDict, defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from tensorlab.memory.retention import archive
from tensorlab.memory.retention.archive import save_size
from tensorlab.memory.retention.tensors import held_by
from tensorlab.memory.retention.walk import walk

if TYPE_CHECKING:
    from pathlib import Path

    from tensorlab.memory.retention.record import SaveSize

NEAR = 64
"""Bytes that alignment may move, where an array is not pickled here as it would be."""
BIG = torch.zeros(10**6)
GENERATOR = np.random.default_rng(0)


def predicted(thing: object) -> SaveSize:
    return save_size(thing, walk(thing, held_by))


def real(thing: object) -> int:
    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.save(thing, file)
    return file.getbuffer().nbytes


def trained() -> tuple[torch.nn.Module, torch.optim.Optimizer]:
    net = torch.nn.Sequential(torch.nn.Linear(20, 30), torch.nn.BatchNorm1d(30))
    optimizer = torch.optim.Adam(net.parameters())
    net(torch.ones(4, 20)).sum().backward()
    optimizer.step()
    return net, optimizer


def nested(depth: int) -> list[object]:
    thing: list[object] = []
    for _ in range(depth):
        thing = [thing]
    return thing


with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    CSR = torch.eye(3).to_sparse_csr()
    QUANTIZED = torch.quantize_per_tensor(torch.ones(4000), 0.1, 0, torch.qint8)
    PER_CHANNEL = torch.quantize_per_channel(torch.ones(4, 4), torch.ones(4), torch.zeros(4), 0, torch.qint8)


EXACT: dict[str, Any] = {
    "a view of much": BIG[:10],
    "its clone": BIG[:10].clone(),
    "two views of much": {"a": BIG[:3], "b": BIG[5:]},
    "a dict": {"a": torch.ones(3), "b": torch.ones(5000)},
    "2,000 tensors": [torch.ones(7) for _ in range(2000)],
    "no elements": torch.zeros(0, 3),
    "0-d": torch.tensor(3.0),
    "parameter": torch.nn.Parameter(torch.ones(4)),
    "csr": CSR,
    "coo": torch.eye(3).to_sparse(),
    "complex conj": torch.ones(3, dtype=torch.complex64).conj(),
    "bfloat16": torch.ones(7, dtype=torch.bfloat16),
    "float8": torch.ones(7).to(torch.float8_e4m3fn),
    "bool": torch.ones(7, dtype=torch.bool),
    "quantized": QUANTIZED,
    "quantized per channel": PER_CHANNEL,
    "meta": torch.empty(10**12, device="meta"),
    "of an array": torch.from_numpy(np.zeros(100)),
    "non-leaf": torch.ones(5, requires_grad=True) * 2,
    "expanded": torch.zeros(1).expand(10**9),
    "nested builtins": {"a": [{"b": (torch.zeros(3),)}], "c": 1.5, "d": "x", "e": {1, 2}, "f": b"ab", "g": None, 3: 2j},
    "ordered": OrderedDict(a=torch.ones(2)),
    "defaultdict": defaultdict(list, a=[torch.ones(2)]),
    "size and dtype": [torch.Size([1, 2]), torch.float32, torch.device("cpu"), torch.strided],
    "small array": {"x": np.arange(10), "s": np.float32(3)},
    "state dict": trained()[0].state_dict(),
    "optimizer state": trained()[1].state_dict(),
    "no tensor": 5,
}


@pytest.mark.parametrize("thing", EXACT.values(), ids=EXACT.keys())
def test_it_is_the_size_of_the_file(thing: object) -> None:
    found = predicted(thing)
    assert (found.least, found.most) == (real(thing), real(thing))


def test_figures_that_the_pages_tell() -> None:
    assert str(predicted(BIG[:10])) == "torch.save writes 4,001,577 B"
    assert str(predicted(BIG[:10].clone())) == "torch.save writes 1,577 B"


@pytest.mark.parametrize(
    "array",
    [
        GENERATOR.random(100_000),
        np.asfortranarray(GENERATOR.random((300, 40))),
        GENERATOR.random(3000)[::3],
        np.zeros(1000, dtype=[("a", "i4"), ("b", "f8")]),
        np.full(5000, 255, np.uint8),
    ],
    ids=["c", "fortran", "strided", "structured", "high bytes"],
)
def test_arrays_in_a_container_are_counted_byte_by_byte(array: np.ndarray[Any, Any]) -> None:
    found = predicted({"x": array, "t": BIG})
    assert found.least == found.most
    assert abs((found.most or 0) - real({"x": array, "t": BIG})) <= NEAR


def test_large_arrays_are_bounded_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_MOST_READ", 10**5)
    array = GENERATOR.random(10**5)
    found = predicted([array])
    assert found.least is not None
    assert found.most is not None
    assert found.most - found.least == array.nbytes
    assert found.least <= real([array]) <= found.most


def test_a_module_and_an_optimizer_stand_for_their_states() -> None:
    for thing in trained():
        found = predicted(thing)
        assert found.subject == "state_dict()"
        assert found.nbytes == real(thing.state_dict())


def test_nothing_is_read_or_copied() -> None:
    huge = torch.empty(10**12, device="meta")
    assert (predicted([huge]).nbytes or 0) < 4096
    lazy = torch.zeros(1).expand(2**40)
    assert predicted(lazy).nbytes == real(torch.zeros(1).expand(2**40))


class Reduces:
    def __reduce__(self) -> tuple[object, ...]:
        raise SystemExit("code of the object ran")


@pytest.mark.parametrize(
    ("thing", "why"),
    [
        ([Reduces()], "an object of type .*Reduces is pickled by code of its own"),
        ({"model": torch.nn.ReLU()}, r"pickled by code of its own: give its state_dict\(\)"),
        ([lambda: 3], "an object of type function is pickled by code of its own"),
        (nested(5000), "it is nested too deeply to be pickled"),
        ([BIG, BIG.view(torch.int32)], "RuntimeError: Cannot save multiple tensors"),
        ([torch.ones(3).to_mkldnn()], r"\[0\] would be copied to be saved"),
        ([np.array([None])], r"\[0\] is an array of objects"),
        ([np.ma.masked_array(np.zeros(3))], "an object of type numpy.ma.* is pickled by code of its own"),
        ([np.zeros(3).view(np.recarray)], "recarray is pickled by code of its own"),
    ],
    ids=["object", "module", "function", "deep", "two dtypes", "mkldnn", "objects", "masked", "recarray"],
)
def test_what_is_not_predicted_says_why(thing: object, why: str) -> None:
    found = predicted(thing)
    assert found.nbytes is None
    with pytest.raises(ValueError, match=why):
        raise ValueError(found.reason)


def test_a_large_quantized_tensor_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_MOST_READ", 100)
    found = predicted(QUANTIZED)
    assert found.reason == "4,000 B would have to be read to know"


@pytest.mark.parametrize("count", [1, 1000])
@pytest.mark.parametrize("stem", ["x", "archive", "a.b", "x" * 30, "x" * 100, "größe", "a\\b"])
def test_the_size_under_a_name_is_that_of_the_file(count: int, stem: str, tmp_path: Path) -> None:
    thing = [torch.ones(n % 40) for n in range(count)]
    path = tmp_path / f"{stem}.pt"
    torch.save(thing, path)
    assert predicted(thing).for_name(str(path)) == path.stat().st_size


def test_the_size_of_arrays_under_a_name(tmp_path: Path) -> None:
    thing = {"a": GENERATOR.random(3001), "b": torch.ones(3)}
    path = tmp_path / "x.pt"
    torch.save(thing, path)
    assert predicted(thing).for_name("x.pt") == path.stat().st_size


def test_storages_of_eight_byte_sizes_are_told_by_name() -> None:
    wide: Any = torch.UntypedStorage
    huge = predicted([wide(2**32 + 5, device="meta"), torch.ones(3)])
    assert huge.nbytes == huge.for_name("archive.pt") == 4294969189


def test_a_range_is_told_where_the_name_matters() -> None:
    assert str(predicted([torch.ones(3) for _ in range(1000)])) == (
        "torch.save writes 262,383 B to archive.pt; 256,219 B to 285,585 B for names of 1 to 30 letters"
    )
