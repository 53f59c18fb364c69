from random import Random
from typing import Any, Literal

import numpy as np
import pytest
import torch

from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.layout.shapes import numel
from tensorlab.testing.construction import Chain, elements_needed, readable_chain, strided
from tensorlab.testing.laying import classes_for, lay_out
from tensorlab.testing.record import Laid
from tensorlab.testing.source import Seeded

FLOAT = dtype("float32")
Library = Literal["torch", "numpy"]


def laid(shape: tuple[int, ...], strides: tuple[int, ...], offset: int = 0, library: Library = "torch") -> Laid:
    layout = Layout(shape, tuple(4 * s for s in strides), 4 * offset, 4)
    return Laid(layout=layout, dtype=FLOAT, nbytes=400, classes=frozenset(), library=library)


@pytest.mark.parametrize(
    ("shape", "strides", "offset", "library", "source"),
    [
        ((4,), (1,), 0, "torch", "base"),
        ((), (), 3, "torch", "base[3]"),
        ((), (), 3, "numpy", "base[3:4].reshape(())"),
        ((3, 2), (1, 3), 0, "torch", "base.view(2, 3).t()"),
        ((3, 2), (1, 3), 0, "numpy", "base.reshape(2, 3).transpose()"),
        ((3, 2), (1, 3), 2, "torch", "base[2:].view(2, 3).t()"),
        ((3,), (2,), 1, "torch", "base[1::2]"),
        ((3,), (-2,), 5, "numpy", "base[::-2]"),
        ((2, 3), (8, 2), 0, "torch", "base.view(2, 8)[:, :5:2]"),
        ((2, 3, 2), (1, 4, 2), 0, "torch", "base.view(3, 2, 2).permute(2, 0, 1)"),
        ((2, 3), (0, 1), 0, "torch", "base[:3].expand(2, 3)"),
        ((2, 3), (0, 1), 0, "numpy", "np.broadcast_to(base[:3], (2, 3))"),
        ((2, 3), (1, 0), 0, "torch", "base[:2][:, None].expand(2, 3)"),
        ((4,), (0,), 1, "torch", "base[1].expand(4)"),
        ((2, 2), (1, 1), 0, "torch", None),
        ((2, 3), (-3, 1), 3, "numpy", "base.reshape(2, 3)[::-1]"),
    ],
)
def test_layouts_are_written_as_people_write_them(
    shape: tuple[int, ...], strides: tuple[int, ...], offset: int, library: Library, source: str | None
) -> None:
    one = laid(shape, strides, offset, library)
    found = readable_chain(one, elements_needed(one))
    assert (found and found.over("base")) == source


def made(chain: Chain) -> tuple[tuple[int, ...], tuple[int, ...], int]:
    """Shape, strides and offset in bytes of what the calls of a chain give."""
    if chain.library == "torch":
        tensor: Any = torch.arange(float(chain.numel))
        for call in chain.calls:
            tensor = tensor[call.args[0]] if call.name == "getitem" else getattr(tensor, call.name)(*call.args)
        return tuple(tensor.shape), tuple(4 * s for s in tensor.stride()), 4 * tensor.storage_offset()
    base: Any = np.arange(chain.numel, dtype=np.float32)
    array = base
    for call in chain.calls:
        if call.name == "broadcast_to":
            shape: Any = call.args[0]
            array = np.broadcast_to(array, shape)
        else:
            array = array[call.args[0]] if call.name == "getitem" else getattr(array, call.name)(*call.args)
    return array.shape, array.strides, array.__array_interface__["data"][0] - base.__array_interface__["data"][0]


@pytest.mark.parametrize("library", ["torch", "numpy"])
def test_what_is_written_has_the_layout_that_was_found(library: Library) -> None:
    random = Random(0)
    readable = 0
    for seed in range(400):
        shape = tuple(random.randint(0, 4) for _ in range(random.randint(0, 4)))
        classes = classes_for(shape, FLOAT, library)
        one = lay_out(Seeded(seed), shape, FLOAT, classes[seed % len(classes)], library=library)
        chain = one and readable_chain(one, elements_needed(one))
        if one and chain:
            readable += 1
            offset = one.layout.offset if numel(shape) else made(chain)[2]  # NumPy moves no pointer to nothing
            assert made(chain) == (one.layout.shape, one.layout.strides, offset), chain
    assert readable > 200


def test_numbers_stand_where_no_calls_lead() -> None:
    assert strided(laid((2, 2), (1, 1), 3), "base") == "base.as_strided((2, 2), (1, 1), 3)"
    assert strided(laid((2, 2), (1, 1), 3, "numpy"), "base") == "np.ndarray((2, 2), 'float32', base, 12, (4, 4))"
    assert strided(laid((), (), 0, "numpy"), "base") == "np.ndarray((), 'float32', base)"


def test_a_base_holds_what_a_reader_without_strides_takes() -> None:
    assert elements_needed(laid((4,), (0,), 2)) == 6
    assert elements_needed(laid((3,), (-1,), 2, "numpy")) == 3
    assert elements_needed(laid((0,), (1,))) == 1


def test_bytes_out_of_step_have_no_chain() -> None:
    odd = Laid(layout=Layout((2,), (5,), 1, 4), dtype=FLOAT, nbytes=20, classes=frozenset(), library="numpy")
    assert readable_chain(odd, 5) is None
