from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest
import torch
from support.odd_inputs import Copying, Offers, Packed, cuda_like, interface

from tensorlab.api.objects import show
from tensorlab.errors import UnsupportedError
from tensorlab.memory.array_interface import HOST
from tensorlab.memory.protocol import claims, describe
from tensorlab.memory.registry import describe as describe_any


def codes(thing: Any) -> list[str]:
    return [doubt.code for doubt in describe(thing).doubts]


def test_what_speaks_is_claimed_and_what_only_answers_is_not() -> None:
    class Answers:
        def __getattr__(self, name: str) -> Any:
            return self

    assert claims(Packed(torch.zeros(3)))
    assert claims(interface())
    assert claims(cuda_like())
    assert not any(map(claims, (Answers(), Packed, 3, {}, Offers(None))))


def test_the_elements_lie_where_the_array_has_them() -> None:
    array = np.arange(12, dtype=np.int16).reshape(3, 4)[::-1, 1:]
    for thing in (Packed(array), Offers(array, HOST)):
        memory, expected = describe_any(thing), describe_any(array)
        assert (memory.library, memory.dtype, memory.shape) == ("protocol", expected.dtype, expected.shape)
        assert memory.layout is not None
        assert memory.storage is not None
        assert memory.storage.address is not None
        assert memory.layout.strides == (-8, 2)
        assert memory.storage.address + memory.layout.offset == array.__array_interface__["data"][0]
        assert codes(thing) == ["owner-unknown"]
        assert memory.readable


def test_values_are_read_by_their_bytes() -> None:
    array = np.arange(12, dtype=">i2").reshape(3, 4)[::-1, 1:]
    drawn = show(Offers(array, HOST), cells="value").text().splitlines()[-3:]
    assert drawn == ["0 [ 9][10][11]", "1 [ 5][ 6][ 7]", "2 [ 1][ 2][ 3]"]
    half = show(Packed(torch.tensor([0.5, -2.0], dtype=torch.bfloat16)), cells="value").text()
    assert half.splitlines()[-1] == "0 [0.5][ -2]"


def test_the_owner_of_a_buffer_is_known() -> None:
    memory = describe(interface(data=bytearray(40), offset=16))
    assert memory.storage is not None
    assert (memory.storage.owner, memory.storage.nbytes, memory.doubts) == ("bytearray", 40, ())
    assert memory.layout is not None
    assert memory.layout.offset == 16
    assert codes(interface(data=bytearray(20))) == ["storage-too-small"]


def test_bytes_made_anew_have_no_address() -> None:
    memory = describe(Copying(None))
    assert memory.storage is not None
    assert (memory.storage.address, codes(Copying(None))) == (None, ["fresh-copy"])
    assert "[?]" in show(Copying(None), cells="value").text()


def test_an_address_where_nothing_is_mapped_is_doubted_and_not_read() -> None:
    thing = interface(data=(4096, False))
    assert codes(thing) == ["owner-unknown", "unmapped"]
    assert not describe(thing).readable
    assert "[?]" in show(thing, cells="value").text()


def test_another_device_is_told_and_not_read() -> None:
    memory = describe(cuda_like())
    assert memory.storage is not None
    assert (memory.storage.device, memory.storage.nbytes) == ("cuda", 24)
    assert "[?]" in show(cuda_like(), cells="value").text()


def test_what_masks_an_object_is_a_component() -> None:
    mask = np.zeros((2, 3), bool)
    memory = describe(interface(mask=Offers(mask, HOST)))
    assert [(name, part.shape) for name, part in memory.parts] == [("mask", (2, 3))]
    assert describe(interface(mask=3)).parts == ()


def test_bits_have_no_strides() -> None:
    assert (describe(interface(typestr="|t1")).layout, codes(interface(typestr="|t1"))) == (None, ["packed"])


def test_the_second_protocol_serves_where_the_first_fails() -> None:
    class Both(Packed):
        def __dlpack__(self, **wishes: Any) -> Any:
            raise BufferError("cannot")

    array = np.arange(6.0)
    both = Both(array, HOST)
    assert describe(both).shape == (6,)


@pytest.mark.parametrize("error", [SystemExit(3), GeneratorExit(), ValueError("no")])
@pytest.mark.parametrize("name", ["__array_interface__", "__cuda_array_interface__", "__dlpack__"])
def test_an_object_cannot_end_its_caller(name: str, error: BaseException) -> None:
    thing = type("Ending", (), {name: property(partial(_raise, error))})()
    with pytest.raises(UnsupportedError, match="type Ending does not tell its memory"):
        describe(thing)


def test_an_interruption_by_the_user_passes() -> None:
    thing = type("Slow", (), {"__array_interface__": property(partial(_raise, KeyboardInterrupt()))})()
    with pytest.raises(KeyboardInterrupt):
        describe(thing)


def _raise(error: BaseException, _: object) -> Any:
    raise error
