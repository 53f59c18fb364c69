"""shares and overlaps_itself, asked as one asks them."""

from __future__ import annotations

import ctypes
import mmap
import warnings
from array import array
from itertools import product
from multiprocessing.shared_memory import SharedMemory
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.lib.stride_tricks import as_strided, sliding_window_view
from support.layouts import as_numpy, layouts
from support.probe import run_python

from tensorlab.errors import UndecidedError, UnsupportedError
from tensorlab.layout.address import extent
from tensorlab.layout.record import Answer
from tensorlab.memory.cpython import pointer_table
from tensorlab.memory.sharing import pieces
from tensorlab.memory.sharing.answers import overlaps_itself, shares
from tensorlab.memory.sharing.tables import path

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tensorlab.layout.record import Layout
    from tensorlab.memory.sharing.tables import Rows

TWICE = "separate mappings of one file or shared segment: addresses do not tell"
YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN


def sparse(tensor: torch.Tensor) -> torch.Tensor:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return tensor.to_sparse_csr()


def quantized() -> torch.Tensor:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return torch.empty(8, dtype=torch.quint4x2)


def test_every_library_over_the_same_bytes() -> None:
    whole = np.arange(40, dtype="f4")
    forms: list[Callable[[Any], Any]] = [
        lambda a: a,
        torch.from_numpy,
        memoryview,
        torch.utils.dlpack.from_dlpack,
        np.from_dlpack,
    ]
    for one, other in product(forms, repeat=2):
        a, b, apart = one(whole[:20]), other(whole[10:30]), other(whole[20:])
        assert str(shares(a, b)) == "YES: a[10] and b[0] are the same " + shares(a, b).reason
        assert shares(b, a).overlap.witness == ((0,), (10,))
        assert shares(a, apart).answer is NO


def test_the_examples_of_the_page() -> None:
    x = torch.arange(20.0)
    assert str(shares(x, torch.from_numpy(x.numpy()[10:]))) == (
        "YES: a[10] and b[0] are the same byte 40 of one storage on cpu"
    )
    assert str(shares(x[:10], x[10:])) == "NO (bounds): the one ends before the other begins"
    assert str(shares(x[::2], x[1::2])) == "NO (gcd): no sum of their strides leads from the one to the other"
    assert not x[::2].is_set_to(x[1::2])


@given(layouts(max_axes=3), layouts(max_axes=3), st.integers(0, 60))
def test_arrays_against_numpy(first: Layout, second: Layout, distance: int) -> None:
    size = max(extent(first).stop, extent(second).stop + distance, first.offset, second.offset + distance) + 8
    store = bytearray(size)
    a = np.ndarray(first.shape, f"V{first.itemsize}", store, first.offset, first.strides)
    b = np.ndarray(second.shape, f"V{second.itemsize}", store, second.offset + distance, second.strides)
    found = shares(a, b)
    assert found.answer is (YES if np.shares_memory(a, b) else NO)
    if found.overlap.witness is not None:
        one, other = (
            view[tuple(slice(i, i + 1) for i in index)] if index else view
            for view, index in zip((a, b), found.overlap.witness, strict=True)
        )
        assert np.shares_memory(one, other)


@given(layouts())
def test_arrays_with_themselves(layout: Layout) -> None:
    view = as_numpy(layout)
    touched = [
        layout.offset + sum(i * s for i, s in zip(index, layout.strides, strict=True))
        for index in np.ndindex(*layout.shape)
    ]
    covered = {start + k for start in touched for k in range(layout.itemsize)}
    assert (overlaps_itself(view).answer is YES) == (len(covered) < len(touched) * layout.itemsize)


def test_components_are_walked() -> None:
    dense = torch.eye(3)
    csr = sparse(dense)
    found = shares(csr, csr.values()[1:])
    assert (found.answer, found.parts, found.overlap.witness) == (YES, ("values", ""), ((1,), (0,)))
    assert str(found).startswith("YES: a.values[1] and b[0] are the same byte ")
    assert shares(csr.crow_indices(), csr).parts == ("", "crow_indices")
    assert shares(csr, dense).answer is NO
    assert shares(csr, csr).answer is YES
    assert overlaps_itself(csr).answer is NO


def emptied() -> torch.Tensor:
    tensor = torch.zeros(9)
    tensor.untyped_storage().resize_(0)
    return tensor


@pytest.mark.parametrize(
    ("a", "b", "words"),
    [
        (torch.zeros(3, device="meta"), torch.zeros(3), "NO (no address): nothing is stored on meta"),
        (torch.zeros(0), torch.zeros(3), "NO (empty): no elements"),
        (emptied(), emptied(), "NO (no address): nothing is stored on cpu"),
        (np.float64(3), np.zeros(3), "NO (no memory): "),
        (torch.nn.UninitializedParameter(), torch.zeros(3), "NO (no memory): "),
        (torch.zeros(3).to_mkldnn(), torch.zeros(3), "UNKNOWN: "),
        (np.zeros(3), [1, 2], "NO (bounds): "),
        ([1, 2], [1, 2], "NO (bounds): no list is part of both"),
    ],
)
def test_what_has_no_bytes_shares_none(a: object, b: object, words: str) -> None:
    assert str(shares(a, b)).startswith(words)
    assert shares(b, a).answer is shares(a, b).answer


def test_one_object_is_itself_wherever_its_elements_lie() -> None:
    odd = torch.zeros(3).to_mkldnn()
    assert str(shares(odd, odd)) == "YES: a[0] and b[0] are the same byte 0 of its own elements"
    assert shares(odd, torch.zeros(3).to_mkldnn()).answer is UNKNOWN
    with pytest.raises(UndecidedError, match="the answer is UNKNOWN"):
        bool(shares(odd, torch.zeros(3)))
    meta = torch.zeros(3, device="meta")
    assert shares(meta, meta).answer is NO


def test_a_storage_of_which_no_strides_are_known_is_compared_as_a_whole() -> None:
    packed = quantized()
    assert shares(packed, packed).answer is YES
    assert shares(packed, torch.zeros(3)).answer is NO


def test_elements_beyond_their_storage() -> None:
    tensor = torch.zeros(9)
    first, late, later = tensor[:1], tensor[3:], tensor[4:]
    tensor.untyped_storage().resize_(8)
    assert shares(tensor, first).answer is YES
    assert shares(first, late).answer is NO
    assert shares(late, later).answer is UNKNOWN
    assert "lie outside its storage of 8 B" in str(shares(late, later))


def test_mappings_of_one_file(tmp_path: Path) -> None:
    path = tmp_path / "bytes"
    path.write_bytes(bytes(3 * mmap.PAGESIZE))
    one, other = np.memmap(path, "u1", "r+"), np.memmap(path, "u1", "r+")
    tensor = torch.from_file(str(path), shared=True, size=100, dtype=torch.uint8)
    with path.open("r+b") as file, mmap.mmap(file.fileno(), 0) as plain:
        for a, b in ((one, other), (one[:5], other[-5:]), (one, tensor), (torch.from_numpy(one), other), (one, plain)):
            found = shares(a, b)
            assert found.answer is UNKNOWN
            assert str(found) == f"UNKNOWN: {TWICE}"
    assert shares(one, one[5:]).overlap.witness == ((5,), (0,))
    assert shares(one[:5], one[-5:]).answer is NO
    assert shares(one, np.zeros(3)).answer is NO
    (tmp_path / "others").write_bytes(bytes(mmap.PAGESIZE))
    assert shares(one, np.memmap(tmp_path / "others", "u1", "r+")).answer is NO


def test_a_file_that_torch_maps(tmp_path: Path) -> None:
    torch.save({"a": torch.zeros(2000), "b": torch.ones(2000)}, tmp_path / "t.pt")
    once, twice = (torch.load(tmp_path / "t.pt", mmap=True) for _ in range(2))
    assert shares(once["a"], once["b"]).answer is NO
    assert shares(once["a"], once["a"][7:]).answer is YES
    assert shares(once["a"], twice["a"]).answer is UNKNOWN


def test_shared_segments() -> None:
    segment: Any = SharedMemory(create=True, size=8192)
    again: Any = SharedMemory(name=segment.name)
    a, b = np.frombuffer(segment.buf, "u1"), np.frombuffer(again.buf, "u1")
    try:
        assert shares(a, b).answer is UNKNOWN
        assert shares(segment.buf, again.buf).answer is UNKNOWN
        assert shares(a, segment.buf).answer is YES
    finally:
        del a, b
        again.close()
        segment.close()
        segment.unlink()
    tensor: torch.Tensor = torch.zeros(5000).share_memory_()  # type: ignore[no-untyped-call]  # torch's own
    other: torch.Tensor = torch.zeros(3).share_memory_()  # type: ignore[no-untyped-call]  # torch's own
    assert shares(tensor[:10], tensor[4000:]).answer is NO
    assert shares(tensor, other).answer is NO


def test_buffers_of_the_standard_library() -> None:
    numbers = array("d", range(10))
    assert shares(numbers, memoryview(numbers)[3:]).overlap.witness == ((3,), (0,))
    assert shares(numbers, np.frombuffer(numbers)).answer is YES
    assert shares(numbers, array("d", range(10))).answer is NO
    text = b"some bytes"
    assert shares(memoryview(text)[::2], memoryview(text)[1::2]).overlap.method == "gcd"


def test_lists() -> None:
    row = [1, 2]
    assert shares(row, [[0], row]).parts == ("", "[1]")
    assert shares([np.zeros(3)], np.zeros(3)).answer is NO
    assert str(overlaps_itself([[0] * 3] * 3)).startswith("YES: x[0][0] and x[1][0] ")
    assert overlaps_itself([[0], [0]]).answer is NO


@pytest.mark.parametrize(
    ("thing", "witness"),
    [
        (torch.arange(10.0).unfold(0, 3, 1), ((0, 1), (1, 0))),
        (torch.zeros(3).expand(2, 3), ((0, 0), (1, 0))),
        (torch.zeros(1, device="meta").expand(2), ((0,), (1,))),
        (sliding_window_view(np.zeros(9), 4), ((0, 1), (1, 0))),
        (np.broadcast_to(np.zeros(1), (2, 2)), ((0, 0), (1, 0))),
        (as_strided(np.zeros(3, "f4").view("u1")[:4].view("f4"), (2,), (2,)), ((0,), (1,))),
        (torch.zeros(3, 3).t(), None),
        (np.zeros(9)[::-2], None),
        (b"bytes", None),
        (torch.zeros(0, 3).expand(4, 0, 3), None),
    ],
)
def test_one_with_itself(thing: object, witness: object) -> None:
    found = overlaps_itself(thing)
    assert found.overlap.witness == witness
    assert found.answer is (NO if witness is None else YES)


@pytest.mark.parametrize("thing", [3, None, "word", {}, object()])
def test_what_has_no_memory_is_refused(thing: object) -> None:
    words = r"an object of type \w+ has no elements in memory"
    for pair in ((thing, b"a"), (b"a", thing)):
        with pytest.raises(UnsupportedError, match=words):
            shares(*pair)
    with pytest.raises(UnsupportedError, match=words):
        overlaps_itself(thing)


def test_only_the_way_to_the_row_that_decides_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a deep list costs the square of its depth."""
    written: list[int] = []

    def counted(found: Rows, key: int) -> str:
        written.append(key)
        return path(found, key)

    monkeypatch.setattr(pieces, "path", counted)
    deep: list[object] = []
    inner = deep
    for _ in range(300):
        deep = [deep]
    found = shares(deep, array("d", [1.0]))
    assert (found.answer, written) == (NO, [id(deep)])
    inner.append(None)
    table = pointer_table(inner)
    assert table is not None
    found = shares((ctypes.c_char * 8).from_address(table.address), deep)
    assert (found.parts, found.overlap.witness) == (("", "[0]" * 300), ((0,), (0,)))
    assert written[1:] == [id(inner)]


def test_a_class_without_a_hash_is_no_plain_one() -> None:
    class Kind(type):
        __hash__ = None  # type: ignore[assignment]  # that is what it has

    class Odd(bytearray, metaclass=Kind):
        pass

    odd = Odd(8)
    assert shares(odd, memoryview(odd)[4:]).overlap.witness == ((4,), (0,))


def test_lists_are_answered_without_torch_and_numpy() -> None:
    code = "import sys; from tensorlab import shares; print(shares([1], [2]), shares(b'a', bytearray(3)))"
    ran = run_python(f"{code}; print({{'torch', 'numpy'}} & {{*sys.modules}})")
    assert (ran.stderr, ran.stdout.splitlines()[-1]) == ("", "set()")
