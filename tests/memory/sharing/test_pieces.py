"""What of an object lies where."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from tensorlab.errors import UnsupportedError
from tensorlab.memory.record import Doubt, MemoryMap
from tensorlab.memory.registry import describe
from tensorlab.memory.sharing import pieces as module
from tensorlab.memory.sharing.pieces import pieces


@pytest.mark.filterwarnings("ignore:Sparse CSR")
def test_components_have_patches_of_their_own() -> None:
    tensor = torch.eye(3).to_sparse_csr()
    found = {piece.name: piece.patch for piece in pieces(tensor)}
    assert set(found) == {"crow_indices", "col_indices", "values"}
    assert found["values"] is not None
    assert found["values"].start == tensor.values().data_ptr()


@pytest.mark.parametrize(
    ("thing", "why"),
    [
        (torch.zeros(2, device="meta"), "no address: nothing is stored on meta"),
        (torch.zeros(0, 3), "empty: no elements"),
        (np.zeros(3, "V0"), "empty: no elements"),
        (b"", "empty: no elements"),
        ([], "empty: no pointers in the list"),
    ],
)
def test_what_has_no_bytes_says_why(thing: object, why: str) -> None:
    (piece,) = pieces(thing)
    assert (piece.patch, piece.why, piece.known) == (None, why, True)


@pytest.mark.parametrize(
    "thing", [np.float64(3), torch._efficientzerotensor(3), torch.nn.UninitializedParameter(), range(3)]
)
def test_what_has_no_memory_yet(thing: object) -> None:
    (piece,) = pieces(thing)
    assert piece.known
    assert piece.why.startswith("no memory: ")


@pytest.mark.parametrize("code", ["wrapper", "no-storage", "no-strides"])
def test_what_does_not_tell_is_not_known(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    opaque = MemoryMap(type="odd", library="torch", shape=(3,), dtype=None, doubts=(Doubt(code, "why not"),))
    whole = MemoryMap(type="odd", library="torch", shape=(3,), dtype=None, parts=(("inner", opaque),))
    monkeypatch.setattr(module, "describe", {1: opaque, 2: whole}.get)
    for thing, name in ((1, ""), (2, "inner")):
        (piece,) = pieces(thing)
        assert (piece.name, piece.known, piece.why) == (name, False, "why not")


@pytest.mark.parametrize("code", ["too-deep", "more-parts"])
def test_components_that_are_not_described_are_not_known(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    inner = describe(bytearray(3))
    whole = replace(inner, storage=None, layout=None, parts=(("one", inner),), doubts=(Doubt(code, "there is more"),))
    monkeypatch.setattr(module, "describe", lambda _: whole)
    one, rest = pieces(1)
    assert (one.name, one.known, one.patch is None) == ("one", True, False)
    assert (rest.name, rest.known, rest.why) == ("", False, "there is more")


def test_where_the_strides_are_not_known_the_storage_is() -> None:
    (piece,) = [piece for piece in pieces(memoryview(bytearray(12))) if piece.storage is not None]
    assert piece.patch is not None
    assert piece.patch.nbytes == 12


@pytest.mark.parametrize("thing", [3, None, {}, "word"])
def test_what_has_no_elements_is_refused(thing: Any) -> None:
    with pytest.raises(UnsupportedError, match="has no elements in memory"):
        pieces(thing)
