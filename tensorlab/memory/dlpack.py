"""Objects that speak DLPack: the structure behind the capsule is read where it lies, and the capsule is not consumed.

Who makes a tensor of a capsule takes over what it holds, and may abort the process at strides that it does not know.
Here the capsule is only looked at: when it is dropped, its own destructor frees it.
"""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

from tensorlab.errors import UnsupportedError
from tensorlab.layout.dtype import DTYPES, DType
from tensorlab.layout.shapes import canonical_strides
from tensorlab.memory.export import MOST_AXES, Export, checked, numbers
from tensorlab.memory.foreign import copied
from tensorlab.memory.naming import FOREIGN, reason, short_name

if TYPE_CHECKING:
    from tensorlab.layout.dtype import Kind

VERSION = (1, 0)
"""That is asked for; older ones are understood."""
_READ_ONLY, _IS_COPIED, _PADDED = 1, 2, 4
_DEVICES = {
    1: "cpu", 2: "cuda", 3: "cpu", 4: "opencl", 7: "vulkan", 8: "metal", 9: "vpi", 10: "rocm", 11: "cpu", 12: "ext_dev",
    13: "cuda", 14: "oneapi", 15: "webgpu", 16: "hexagon", 17: "maia", 18: "trn",
}  # fmt: skip
"""By number; memory of the host that is pinned for a GPU (3, 11) is the CPU's."""
_STREAMS = frozenset({2, 10, 13})
"""Devices whose exporter takes a stream: -1 says that nobody needs to wait."""
_KINDS: dict[int, tuple[Kind, str]] = {
    0: ("int", "int"), 1: ("uint", "uint"), 2: ("float", "float"), 3: ("void", "handle"), 4: ("float", "bfloat"),
    5: ("complex", "complex"), 6: ("bool", "bool"),
}  # fmt: skip
_NARROW = {
    7: "float8_e3m4", 8: "float8_e4m3", 9: "float8_e4m3b11fnuz", 10: "float8_e4m3fn", 11: "float8_e4m3fnuz",
    12: "float8_e5m2", 13: "float8_e5m2fnuz", 14: "float8_e8m0fnu", 15: "float6_e2m3fn", 16: "float6_e3m2fn",
    17: "float4_e2m1fn",
}  # fmt: skip


class _Tensor(ctypes.Structure):
    """DLTensor of dlpack.h."""

    _fields_ = [
        ("data", ctypes.c_void_p),
        ("device_type", ctypes.c_int32),
        ("device_id", ctypes.c_int32),
        ("ndim", ctypes.c_int32),
        ("code", ctypes.c_uint8),
        ("bits", ctypes.c_uint8),
        ("lanes", ctypes.c_uint16),
        ("shape", ctypes.c_void_p),
        ("strides", ctypes.c_void_p),
        ("byte_offset", ctypes.c_uint64),
    ]


class _Versioned(ctypes.Structure):
    """DLManagedTensorVersioned of dlpack.h."""

    _fields_ = [
        ("major", ctypes.c_uint32),
        ("minor", ctypes.c_uint32),
        ("context", ctypes.c_void_p),
        ("deleter", ctypes.c_void_p),
        ("flags", ctypes.c_uint64),
        ("tensor", _Tensor),
    ]


def export(thing: Any) -> Export:  # noqa: ANN401 - any object with the two methods
    """What the object says by DLPack. No element is read, no stream is waited for.

    Raises:
        UnsupportedError: It makes no capsule, or one whose structure cannot be.

    >>> import torch
    >>> export(torch.arange(6, dtype=torch.int16).reshape(2, 3).t()).strides
    (2, 6)
    """
    capsule = _capsule(thing)
    versioned = _pointer(capsule, b"dltensor_versioned")
    if versioned is not None:
        managed = _structure(versioned, _Versioned)
        if managed.major > VERSION[0]:
            raise UnsupportedError(f"DLPack {managed.major}.{managed.minor} is not understood; {VERSION[0]}.x is")
        return _export(managed.tensor, managed.flags, capsule)
    plain = _pointer(capsule, b"dltensor")
    if plain is None:
        raise UnsupportedError(f"__dlpack__ gave a {short_name(capsule)}, not a capsule that can be read")
    return _export(_structure(plain, _Tensor), 0, capsule)


def _capsule(thing: Any) -> object:  # noqa: ANN401 - as above
    """By the newest form of the call that the object takes."""
    extra = {"stream": -1} if _device_type(thing) in _STREAMS else {}
    for wishes in ({"max_version": VERSION, "copy": False}, {"max_version": VERSION}, {}):
        try:
            return thing.__dlpack__(**extra, **wishes)
        except TypeError as error:
            if not wishes:
                raise UnsupportedError(f"__dlpack__ failed: {reason(error)}") from error
        except FOREIGN as error:
            raise UnsupportedError(f"__dlpack__ failed: {short_name(error)}: {reason(error)}") from error
    raise AssertionError("the last form returns or raises")


def _device_type(thing: Any) -> int:  # noqa: ANN401 - as above
    """The number of the kind of device; that of the CPU where it does not say."""
    try:
        kind, _ = thing.__dlpack_device__()
        return int(kind)
    except FOREIGN:  # the structure in the capsule says it too
        return 1


def _pointer(capsule: object, name: bytes) -> int | None:
    """What a capsule of that name points at."""
    api = ctypes.pythonapi
    asks = (ctypes.py_object, ctypes.c_char_p)
    if not ctypes.PYFUNCTYPE(ctypes.c_int, *asks)(("PyCapsule_IsValid", api))(capsule, name):
        return None
    found: int = ctypes.PYFUNCTYPE(ctypes.c_void_p, *asks)(("PyCapsule_GetPointer", api))(capsule, name)
    return found


def _structure(address: int, kind: Any) -> Any:  # noqa: ANN401 - a structure of ctypes
    raw = copied(address, ctypes.sizeof(kind))
    if raw is None:
        raise UnsupportedError("the capsule of __dlpack__ points at memory that cannot be read")
    return kind.from_buffer_copy(raw)


def _export(tensor: _Tensor, flags: int, capsule: object) -> Export:
    if not 0 <= tensor.ndim <= MOST_AXES:
        raise UnsupportedError(f"__dlpack__ tells of {tensor.ndim} axes; 0 to {MOST_AXES} are possible")
    shape = _integers(tensor.shape, tensor.ndim, "shape")
    kind = element(tensor.code, tensor.bits, tensor.lanes, padded=bool(flags & _PADDED))
    return checked(
        Export(
            "__dlpack__",
            None if tensor.data is None else tensor.data + tensor.byte_offset,
            numbers(shape or (), "the shape of __dlpack__", least=0),
            _strides(tensor, shape or (), kind),
            kind,
            _device(tensor),
            readonly=bool(flags & _READ_ONLY),
            is_copy=bool(flags & _IS_COPIED),
            keep=capsule,
        )
    )


def _strides(tensor: _Tensor, shape: tuple[int, ...], kind: DType) -> tuple[int, ...] | None:
    """In bytes. None where elements are no whole bytes."""
    if tensor.bits * tensor.lanes % 8 and kind.lanes > 1:
        return None
    strides = _integers(tensor.strides, tensor.ndim, "strides") if tensor.strides else None
    if strides is None:
        return canonical_strides(tuple(max(n, 0) for n in shape), kind.itemsize)
    return tuple(stride * kind.itemsize for stride in strides)


def _integers(address: int | None, count: int, what: str) -> tuple[int, ...]:
    """An array of int64."""
    if count == 0:
        return ()
    raw = copied(address or 0, 8 * count)
    if raw is None:
        raise UnsupportedError(f"the {what} of __dlpack__ cannot be read: it has no memory")
    return tuple((ctypes.c_int64 * count).from_buffer_copy(raw))


def _device(tensor: _Tensor) -> str:
    name = _DEVICES.get(tensor.device_type, f"device{tensor.device_type}")
    return name if name == "cpu" else f"{name}:{tensor.device_id}"


def element(code: int, bits: int, lanes: int = 1, *, padded: bool = False) -> DType:
    """The dtype for DLPack's three numbers; raw bytes where it is none that is known.

    Args:
        code: What the bits mean.
        bits: Of one value.
        lanes: Values in one element.
        padded: Whether a value of fewer than 8 bits takes a byte of its own.

    >>> element(2, 32).name, element(4, 16).name, element(17, 4, 2).name, element(2, 32, lanes=4).name
    ('float32', 'bfloat16', 'float4_e2m1fn_x2', 'float32_x4')
    """
    if bits == 0 or lanes == 0:
        raise UnsupportedError(f"__dlpack__ tells of elements of {bits} bits and {lanes} lanes")
    kind, word = _KINDS.get(code, ("float" if code in _NARROW else "void", f"code{code}_"))
    name = _NARROW.get(code) or ("bool" if (word, bits) == ("bool", 8) else f"{word}{bits}")
    if lanes > 1:
        several = DTYPES.get(f"{name}_x{lanes}")
        size = lanes if padded and bits < 8 else -(-bits * lanes // 8)
        return several or DType(f"{name}_x{lanes}", size, kind, lanes=lanes)
    size = -(-bits // 8)
    if bits < 8 and not padded:
        return DType(name, size, kind, lanes=8 // bits)
    known = DTYPES.get(name)
    return known if known is not None and known.itemsize == size else DType(name, size, kind)
