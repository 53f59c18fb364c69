from __future__ import annotations

import ctypes
import gc
import weakref
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from hypothesis import given
from support.layouts import fresh_views
from support.odd_inputs import OldPacked, Packed

from tensorlab.errors import UnsupportedError
from tensorlab.layout.dtype import DTYPES
from tensorlab.memory.dlpack import _Tensor, _Versioned, element, export

if TYPE_CHECKING:
    from support.layouts import Array

    from tensorlab.layout.record import Layout


@given(fresh_views())
def test_any_view_of_an_array(made: tuple[Array, Layout]) -> None:
    array = made[0].view(f"u{made[0].itemsize}") if made[0].itemsize in {1, 2, 4, 8} else made[0].astype("u2")
    found = export(Packed(array))
    assert (found.shape, found.device, found.dtype.name) == (array.shape, "cpu", array.dtype.name)
    if array.size:
        axes = [axis for axis, n in enumerate(array.shape) if n > 1]
        assert found.first == array.__array_interface__["data"][0]
        assert found.strides is not None
        assert [found.strides[axis] for axis in axes] == [array.strides[axis] for axis in axes]


@pytest.mark.parametrize("name", [name for name in DTYPES if hasattr(torch, name)])
def test_any_dtype_of_torch(name: str) -> None:
    kind = getattr(torch, name)
    tensor = torch.zeros(6 * kind.itemsize, dtype=torch.uint8).view(kind).reshape(2, 3).t()
    for wrapped in (Packed(tensor), OldPacked(tensor)):
        found = export(wrapped)
        assert found.dtype == DTYPES[name]
        assert (found.shape, found.first) == ((3, 2), tensor.data_ptr())
        assert found.strides == tuple(s * tensor.element_size() for s in tensor.stride())


def test_flags_and_what_is_held() -> None:
    assert export(Packed(np.broadcast_to(np.float32(1), (3, 4)))).readonly
    assert not export(Packed(torch.zeros(3))).readonly
    assert type(export(Packed(torch.zeros(3))).keep).__name__ == "PyCapsule"


def test_the_capsule_is_not_consumed_and_frees_what_it_holds() -> None:
    owner = np.zeros(1000)
    alive = weakref.ref(owner)
    found = export(Packed(owner))
    del owner
    assert alive() is not None, "the capsule holds it"
    del found
    gc.collect()
    assert alive() is None, "its own destructor let it go"


SHAPE = (ctypes.c_int64 * 2)(2, 3)
STRIDES = (ctypes.c_int64 * 2)(-3, 1)
DATA = (ctypes.c_float * 12)()
HELD: list[Any] = []


def capsule(structure: Any, name: bytes = b"dltensor") -> Any:
    """A capsule that points at a structure of our own, with no destructor."""
    HELD.append((structure, name))
    new = ctypes.pythonapi.PyCapsule_New
    new.restype, new.argtypes = ctypes.py_object, (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)
    return new(ctypes.addressof(structure), name, None)


class Gives:
    """Gives that capsule, whatever is wished."""

    def __init__(self, given: Any, device: Any = (1, 0)) -> None:
        self._given, self._device = given, device

    def __dlpack__(self, **wishes: Any) -> Any:
        if isinstance(self._given, Exception):
            raise self._given
        return self._given

    def __dlpack_device__(self) -> Any:
        return self._device


def tensor(**changes: Any) -> _Tensor:
    plain: dict[str, Any] = {
        "data": ctypes.addressof(DATA),
        "device_type": 1,
        "device_id": 0,
        "ndim": 2,
        "code": 2,
        "bits": 32,
        "lanes": 1,
        "shape": ctypes.addressof(SHAPE),
        "strides": None,
        "byte_offset": 0,
    }
    return _Tensor(**(plain | changes))


def test_a_structure_by_hand() -> None:
    assert export(Gives(capsule(tensor()))).strides == (12, 4), "no strides: C order"
    turned = export(Gives(capsule(tensor(strides=ctypes.addressof(STRIDES), byte_offset=12))))
    assert (turned.strides, turned.first) == ((-12, 4), ctypes.addressof(DATA) + 12)
    versioned = export(Gives(capsule(_Versioned(major=1, minor=3, flags=3, tensor=tensor()), b"dltensor_versioned")))
    assert (versioned.readonly, versioned.is_copy) == (True, True)


@pytest.mark.parametrize(
    ("kind", "device"),
    [(2, "cuda:1"), (3, "cpu"), (10, "rocm:1"), (11, "cpu"), (13, "cuda:1"), (8, "metal:1"), (99, "device99:1")],
)
def test_devices(kind: int, device: str) -> None:
    given = Gives(capsule(tensor(device_type=kind, device_id=1)), (kind, 1))
    assert export(given).device == device


def test_a_gpu_is_not_waited_for() -> None:
    seen: list[Any] = []

    class Gpu(Gives):
        def __dlpack__(self, **wishes: Any) -> Any:
            seen.append(wishes)
            return self._given

    export(Gpu(capsule(tensor(device_type=2)), (2, 0)))
    export(Gpu(capsule(tensor()), (1, 0)))
    assert [wishes.get("stream") for wishes in seen] == [-1, None]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (None, "gave a NoneType, not a capsule"),
        (3, "gave a int, not a capsule"),
        (capsule(tensor(), b"used_dltensor"), "gave a PyCapsule, not a capsule that can be read"),
        (capsule(_Versioned(major=9, tensor=tensor()), b"dltensor_versioned"), "DLPack 9.0 is not understood"),
        (capsule(tensor(ndim=-1)), "tells of -1 axes"),
        (capsule(tensor(ndim=10**9)), "tells of 1000000000 axes"),
        (capsule(tensor(shape=None)), "the shape of __dlpack__ cannot be read"),
        (capsule(tensor(shape=4096)), "the shape of __dlpack__ cannot be read"),
        (capsule(tensor(strides=4096)), "the strides of __dlpack__ cannot be read"),
        (capsule(tensor(shape=ctypes.addressof(STRIDES))), "must be integers of 0 to"),
        (capsule(tensor(data=None)), "gives no address for 6 elements"),
        (capsule(tensor(byte_offset=2**64 - 1)), "there are no such"),
        (capsule(tensor(bits=0)), "elements of 0 bits"),
        (capsule(tensor(lanes=0)), "32 bits and 0 lanes"),
        (ZeroDivisionError("no"), "__dlpack__ failed: ZeroDivisionError: no"),
        (TypeError("never"), "__dlpack__ failed: never"),
        (BufferError("requires grad"), "__dlpack__ failed: BufferError: requires grad"),
    ],
    ids=lambda column: column[:30] if type(column) is str else "",
)
def test_what_cannot_be_is_refused(given: Any, words: str) -> None:
    with pytest.raises(UnsupportedError, match=words):
        export(Gives(given))


@pytest.mark.parametrize("device", [None, (1,), ("cpu", 0), 3, (1, 0, 0)])
def test_a_device_that_is_none_is_read_from_the_structure(device: Any) -> None:
    assert export(Gives(capsule(tensor(device_type=2)), device)).device == "cuda:0"


def test_dtypes_by_their_numbers() -> None:
    assert element(0, 64).name == "int64"
    assert element(4, 16).name == "bfloat16"
    assert element(5, 128).name == "complex128"
    assert element(6, 8).name == "bool"
    assert element(2, 32, 4).name == "float32_x4"
    assert (element(2, 32, 4).itemsize, element(2, 32, 4).lanes) == (16, 4)
    assert (element(0, 4).itemsize, element(0, 4).lanes) == (1, 2)
    assert (element(0, 4, padded=True).itemsize, element(0, 4, padded=True).lanes) == (1, 1)
    assert (element(77, 24).name, element(77, 24).itemsize, element(77, 24).kind) == ("code77_24", 3, "void")


def test_values_that_share_a_byte_have_no_strides() -> None:
    assert export(Gives(capsule(tensor(code=0, bits=4)))).strides is None
