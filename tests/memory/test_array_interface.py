from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from support.layouts import fresh_views
from support.odd_inputs import Offers, interface
from support.probe import run_python

from tensorlab.errors import UnsupportedError
from tensorlab.memory.array_interface import CUDA, HOST, element, export
from tensorlab.memory.ndarray import element as numpy_element

DTYPES = ["?", "i1", "u2", "i4", ">i8", "f2", "f4", ">f8", "g", "c8", "G", "S3", "U2", ">U2", "V5", "V0", "O"]
DTYPES += ["M8[3D]", ">m8[ns]", "M8", "i4,f8,S3"]
STRUCTURES: list[Any] = [
    [("a", ">i2", (2, 3)), ("p", [("b", "U3"), ("c", "<f8", (2,))])],
    np.dtype([("x", "u1"), ("y", "f8")], align=True),
]


@given(fresh_views())
def test_any_view_of_an_array(made: tuple[Any, Any]) -> None:
    array = made[0]
    found = export(Offers(array, HOST), HOST)
    assert (found.shape, found.dtype) == (array.shape, numpy_element(array.dtype))
    if array.size:
        assert found.strides is not None
        longer = [axis for axis, n in enumerate(array.shape) if n > 1]
        assert [found.strides[axis] for axis in longer] == [array.strides[axis] for axis in longer]
        assert found.first == array.__array_interface__["data"][0]


@pytest.mark.parametrize("kind", [*DTYPES, *STRUCTURES], ids=str)
def test_any_dtype_of_numpy(kind: Any) -> None:
    array = np.zeros(3, kind)
    assert export(Offers(array, HOST), HOST).dtype == numpy_element(array.dtype)


def test_read_only_buffers_and_offsets() -> None:
    assert export(interface(data=b"a" * 24), HOST).readonly
    owner = bytearray(40)
    found = export(interface(data=owner, offset=16), HOST)
    whole = export(interface(data=owner), HOST)
    assert found.first is not None
    assert whole.first is not None
    assert found.first - whole.first == 16


def test_a_gpu_says_the_same_in_its_own_name() -> None:
    told = {"shape": (2, 3), "typestr": "<f2", "data": (4096, True), "version": 3, "stream": 1}
    found = export(Offers(None, **{CUDA: told}), CUDA)
    assert (found.device, found.first, found.readonly, found.strides) == ("cuda", 4096, True, (6, 2))


class Endless(dict[str, Any]):
    """A dictionary that is code of its own."""


CHANGES: dict[str, tuple[dict[str, Any], str]] = {
    "shape negative": ({"shape": (2, -3)}, "'shape' of __array_interface__ must be integers of 0 to"),
    "shape huge": ({"shape": (2**70,)}, "must be integers of 0 to"),
    "shape longer than digits": ({"shape": (10**5000,)}, "one of 16,610 bits"),
    "shape float": ({"shape": (2.0, 3)}, "got one of type float"),
    "shape a number": ({"shape": 3}, "must be a tuple; got one of type int"),
    "shape of many axes": ({"shape": (1,) * 65}, "more than 64 axes"),
    "shape too large for its bytes": ({"shape": (2**40, 2**40), "strides": (2**50, 4)}, "there are no such"),
    "strides short": ({"strides": (4,)}, "gives 1 strides for the 2 axes"),
    "strides text": ({"strides": "ab"}, "must be a tuple; got one of type str"),
    "strides huge": ({"strides": (2**64, 4)}, "must be integers of -2"),
    "typestr unknown": ({"typestr": "<q9"}, "must be a string like '<f4'; got '<q9'"),
    "typestr long": ({"typestr": "<f" + "4" * 99}, "got one of type str"),
    "typestr bytes": ({"typestr": b"<f4"}, "got one of type bytes"),
    "typestr huge": ({"typestr": "<V999999999999999999", "shape": (10**6,)}, "there are no such"),
    "address negative": ({"data": (-1, False)}, "the address in 'data'"),
    "address huge": ({"data": (2**64, False)}, "the address in 'data'"),
    "address at the end": ({"data": (2**63 - 1, False)}, "there are no such"),
    "address none": ({"data": (None, False)}, "gives no address for 6 elements"),
    "address text": ({"data": ("0", False)}, "the address in 'data'"),
    "data a number": ({"data": 3}, "or a buffer; got one of type int"),
    "data one number": ({"data": (4096,)}, "or a buffer; got one of type tuple"),
    "data with holes": ({"data": memoryview(bytes(99))[::2]}, "its buffer holds"),
    "offset beyond": ({"data": bytearray(24), "offset": 99}, "'offset' of __array_interface__ is 99"),
    "offset negative": ({"data": bytearray(24), "offset": -1}, "'offset' of __array_interface__ must be"),
    "descr short": ({"typestr": "|V5", "descr": [("x", "<f4")]}, "take 4 bytes; 'typestr' says 5"),
    "descr text": ({"typestr": "|V5", "descr": "x"}, "'descr' of __array_interface__ must be a tuple"),
    "descr odd": ({"typestr": "|V5", "descr": [("x",)]}, "a name, a type and perhaps a shape; got 1"),
    "descr number": ({"typestr": "|V5", "descr": [(3, "<f4")]}, "is of type int"),
    "descr kind": ({"typestr": "|V5", "descr": [("x", "?")]}, "must be a string like '<f4'"),
    "descr huge": ({"typestr": "|V5", "descr": [("x", "<f4", (2**62, 2**62))]}, "the bytes of a field"),
    "descr long": ({"typestr": "|V5", "descr": [("x", "|u1")] * 1001}, "more than 1000 fields"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_cannot_be_is_refused(name: str) -> None:
    changes, words = CHANGES[name]
    with pytest.raises(UnsupportedError, match=words):
        export(interface(**changes), HOST)


def test_a_description_that_contains_itself_ends() -> None:
    loop: list[Any] = []
    loop.append(("x", loop))
    with pytest.raises(UnsupportedError, match="more than 1000 fields"):
        export(interface(typestr="|V5", descr=loop), HOST)


@pytest.mark.parametrize("told", [None, 3, [], Endless(shape=(1,), typestr="<f4"), lambda: None])
def test_what_is_no_dictionary_is_refused(told: Any) -> None:
    with pytest.raises(UnsupportedError, match="__array_interface__ must be a dict"):
        export(Offers(None, __array_interface__=told), HOST)


def test_what_lacks_its_entries_or_raises_is_refused() -> None:
    with pytest.raises(UnsupportedError, match="lacks 'shape' and 'typestr'"):
        export(Offers(None, __array_interface__={}), HOST)
    with pytest.raises(UnsupportedError, match=f"'data' of {CUDA} must be an address and a bool"):
        export(Offers(None, **{CUDA: {"shape": (), "typestr": "<f4", "data": bytearray(4)}}), CUDA)

    class Rude:
        @property
        def __array_interface__(self) -> Any:
            raise ZeroDivisionError("no")

    with pytest.raises(UnsupportedError, match="__array_interface__ failed: ZeroDivisionError: no"):
        export(Rude(), HOST)


def test_type_strings() -> None:
    assert element("|b1").name == "bool"
    assert element("f4").name == "float32"
    assert element("|O").name == "object"
    assert not element("|S3").swapped
    assert element("|t1").lanes == 8
    assert element("<f16").name == "longdouble"


def test_nothing_of_numpy_is_needed() -> None:
    ran = run_python(
        "import sys\n"
        "from tensorlab.memory.registry import describe\n"
        "class Grid:\n"
        "    __array_interface__ = {'shape': (2, 3), 'typestr': '>i2', 'data': bytearray(12), 'version': 3}\n"
        "print(describe(Grid()), 'numpy' in sys.modules)"
    )
    words = "__main__.Grid int16 (2, 3), strides (6, 2) B, offset 0 B, storage 12 B on cpu False\n"
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, words, "")
