from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

import tensorlab
from tensorlab.errors import UnsupportedError
from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.layout.reports.record import Contiguity
from tensorlab.memory.record import Doubt, MemoryMap


def found(thing: object) -> Contiguity:
    data = tensorlab.explain_contiguity(thing).data
    assert isinstance(data, Contiguity)
    return data


def test_the_sentences_of_the_issue() -> None:
    free = tensorlab.explain_contiguity(torch.empty(1, 2, 3, 4, 5).transpose(0, 1).contiguous())
    assert free.text().splitlines()[1] == "contiguous; stride[1]=120 is free because size is 1 (canonical 60)"
    assert str(found(torch.empty(2, 1, 3, 3))) == "ambiguous: contiguous and channels_last"


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((2, 3)),
        np.zeros((2, 3), order="F"),
        np.zeros((2, 3))[:, ::-1],
        np.zeros((2, 0, 3)),
        np.zeros((1, 3))[::2],
        np.zeros((4, 6))[::2, ::3],
        np.zeros(3, np.dtype([("a", "u1"), ("b", "f4")]))["b"],
        np.zeros(()),
    ],
)
def test_formats_are_the_flags_of_numpy(array: np.ndarray[Any, Any]) -> None:
    formats = found(array).formats
    assert ("contiguous" in formats) == array.flags.c_contiguous
    assert ("F order" in formats) == array.flags.f_contiguous


@pytest.mark.parametrize("device", ["cpu", "meta"])
def test_a_contiguous_copy_costs_what_is_told(device: str) -> None:
    tensor = torch.empty(4, 6, device=device)
    for view in (tensor, tensor.t(), tensor[:, ::2], tensor[:1].expand(3, 6), tensor[:, :1]):
        copy = view.contiguous()
        assert (found(view).copied == 0) == (copy is view)
        assert found(view).copied in {0, copy.numel() * copy.element_size()}


def test_buffers_layouts_and_maps_are_explained_too() -> None:
    assert found(b"abc").formats == ("contiguous", "F order")
    layout = Layout((2, 3), (24, 8), itemsize=4)
    assert found(layout).formats == ()
    assert found(tensorlab.describe(np.zeros(3))).type == "numpy.ndarray"
    assert tensorlab.show(found(layout)).text() == tensorlab.explain_contiguity(layout).text()


def test_no_element_is_needed() -> None:
    assert found(torch.empty(10**6, 10**6, device="meta").t()).copied == 4 * 10**12


def sparse(*parts: tuple[str, MemoryMap]) -> MemoryMap:
    doubt = Doubt("no-strides", "a sparse_csr tensor has no strides")
    return MemoryMap(
        type="torch.Tensor", library="torch", shape=(3, 3), dtype=dtype("float32"), parts=parts, doubts=(doubt,)
    )


def test_components_stand_for_what_has_no_strides() -> None:
    inner = MemoryMap(type="torch.Tensor", library="torch", shape=(3,), dtype=None, layout=Layout((3,), (1,)))
    data = found(sparse(("values", inner), ("deep", sparse(("scales", inner)))))
    assert str(data) == "a sparse_csr tensor has no strides; values: contiguous; deep.scales: contiguous"
    with pytest.raises(UnsupportedError, match="nothing to explain: a sparse_csr tensor has no strides"):
        tensorlab.explain_contiguity(sparse())


def test_a_list_is_refused_with_what_to_give() -> None:
    with pytest.raises(UnsupportedError, match="a list has no elements side by side") as refused:
        tensorlab.explain_contiguity([1, 2])
    assert "numpy.asarray" in refused.value.hint
