"""The one table of odd inputs: what a person may hold, however rare, and what may not crash, warn or lie.

Each entry is a name and a function that is given a verb and calls it with the object, while what the object needs (a
transform, a mode) is around it. What torch or NumPy warn of while they make an object is no matter here.
"""

from __future__ import annotations

import ctypes
import io
import mmap
import os
import tempfile
import warnings
from array import array
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
import torch.distributed as dist
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.distributed import tensor as distributed
from torch.distributed.device_mesh import init_device_mesh
from torch.fx.experimental.proxy_tensor import make_fx
from torch.fx.experimental.symbolic_shapes import ShapeEnv
from torch.masked import masked_tensor
from torch.testing._internal.distributed.fake_pg import FakeStore
from torch.utils._pytree import tree_map

if TYPE_CHECKING:
    from collections.abc import Callable


class Wrapper(torch.Tensor):
    """A tensor without bytes of its own, around another: as torchao, quantisation and LoRA libraries have it."""

    held: torch.Tensor

    @staticmethod
    def __new__(cls: Any, held: torch.Tensor) -> Any:
        made = torch.Tensor._make_wrapper_subclass(cls, held.shape, dtype=held.dtype)
        made.held = held
        return made

    def __tensor_flatten__(self) -> tuple[list[str], None]:
        return ["held"], None

    @classmethod
    def __torch_dispatch__(cls, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:  # type: ignore[override]  # as torch calls it
        del types
        bare = tree_map(lambda x: x.held if isinstance(x, cls) else x, (args, kwargs or {}))
        return function(*bare[0], **bare[1])


class Plain(torch.Tensor):
    """A subclass that only has a name."""


class Silent(torch.Tensor):
    """A subclass that refuses to be read."""

    @classmethod
    def __torch_function__(cls, *_: Any, **__: Any) -> Any:
        raise AssertionError("an element, or a fact, was asked for by an overridden operation")


class Offers:
    """An object with one protocol of another, and nothing else."""

    def __init__(self, held: Any, *names: str, **own: Any) -> None:
        self._held = held
        for name in names:
            setattr(self, name, getattr(held, name))
        for name, value in own.items():
            setattr(self, name, value)


class Packed(Offers):
    """DLPack, as any array library has it."""

    def __dlpack__(self, **wishes: Any) -> Any:
        return self._held.__dlpack__(**wishes)

    def __dlpack_device__(self) -> Any:
        return self._held.__dlpack_device__()


class OldPacked(Offers):
    """DLPack before it had versions."""

    def __dlpack__(self, stream: Any = None) -> Any:
        return self._held.__dlpack__(stream=stream)

    __dlpack_device__ = Packed.__dlpack_device__


class Copying(Offers):
    """Makes its bytes anew each time, as an image library does."""

    @property
    def __array_interface__(self) -> dict[str, Any]:
        return {"shape": (3, 4), "typestr": "|u1", "data": bytes(range(12)), "version": 3}


def cuda_like() -> Any:
    """What a GPU library says of an array of its own."""
    told = {"shape": (2, 3), "typestr": "<f4", "data": (0x7F00_0000_0000, False), "strides": None, "version": 3}
    return Offers(None, __cuda_array_interface__=told)


def interface(**changes: Any) -> Any:
    """An object whose array interface is that of a (2, 3) of float32, but for these entries."""
    keep = np.arange(6.0, dtype=np.float32).reshape(2, 3)
    return Offers(keep, __array_interface__={**keep.__array_interface__, **changes})


def resized(tensor: torch.Tensor, nbytes: int = 0) -> torch.Tensor:
    """The tensor, after its storage lost its bytes."""
    tensor.untyped_storage().resize_(nbytes)
    return tensor


def cut_file(make: Callable[[str], Any]) -> Any:
    """What that function maps of a file, after the file was cut."""
    file = tempfile.NamedTemporaryFile(delete=False)  # noqa: SIM115 - the mapping outlives it
    file.truncate(1 << 16)
    made = make(file.name)
    os.truncate(file.name, 16)
    Path(file.name).unlink()
    return made


def mapped_file() -> Any:
    """An array over a file."""
    with tempfile.TemporaryFile() as file:
        return np.memmap(file, "i4", "w+", shape=(3, 4))


def poisoned() -> mmap.mmap:
    """A page that ends the process that reads it."""
    page = mmap.mmap(-1, mmap.PAGESIZE)
    start = ctypes.addressof(ctypes.c_char.from_buffer(page))
    libc = ctypes.CDLL(None)
    assert libc.mprotect(ctypes.c_void_p(start), ctypes.c_size_t(mmap.PAGESIZE), 0) == 0
    return page


def poisoned_array() -> Any:
    """An array over such a page."""
    return np.frombuffer(poisoned(), np.float32)


def uncoalesced() -> torch.Tensor:
    """A sparse tensor with an index twice."""
    return torch.sparse_coo_tensor(torch.tensor([[0, 0, 1]]), torch.ones(3), (2,))


def quantized(*, channels: bool, kind: torch.dtype) -> torch.Tensor:
    """A quantised (2, 3)."""
    x = torch.arange(6.0).reshape(2, 3)
    if channels:
        return torch.quantize_per_channel(x, torch.tensor([0.5, 1.0]), torch.tensor([0, 1]), 0, kind)
    return torch.quantize_per_tensor(x, 0.5, 1, kind)


def nested(layout: torch.layout = torch.strided) -> torch.Tensor:
    """Rows of unequal length."""
    return torch.nested.nested_tensor([torch.zeros(2, 3), torch.zeros(4, 3)], layout=layout)


def unbacked() -> torch.Tensor:
    """A fake tensor whose size nobody knows."""
    shapes = ShapeEnv()
    with FakeTensorMode(shape_env=shapes):
        return torch.empty(shapes.create_unbacked_symint(), 3)


def spread(*placements: str, mesh: tuple[int, ...] = (4,)) -> torch.Tensor:
    """A DTensor on the first of several ranks that are not there."""
    if not dist.is_initialized():
        dist.init_process_group("fake", rank=0, world_size=4, store=FakeStore())
    kinds = {"shard": distributed.Shard(0), "copy": distributed.Replicate(), "sum": distributed.Partial()}
    ranks = init_device_mesh("cpu", mesh)
    return distributed.DTensor.from_local(torch.zeros(2, 3), ranks, [kinds[p] for p in placements], run_check=False)


def loaded(thing: Any) -> Any:
    """What torch.load makes of what torch.save wrote, on no device."""
    file = io.BytesIO()
    torch.save(thing, file)
    file.seek(0)
    return torch.load(file, map_location="meta", weights_only=True)


def grown() -> list[float]:
    """A list with room to spare."""
    numbers = [1.5]
    numbers.append(2.5)
    return numbers


def cyclic() -> list[Any]:
    """A list that contains itself."""
    rows: list[Any] = [1, 2]
    rows.append(rows)
    return rows


def resized_owner() -> Any:
    """A view of an array that shrank."""
    owner = np.arange(1000.0)
    view = owner[500:]
    owner.resize(10, refcheck=False)
    return view


def shared() -> torch.Tensor:
    """A tensor in memory of several processes."""
    made: torch.Tensor = torch.zeros(3).share_memory_()  # type: ignore[no-untyped-call]  # torch's
    return made


def unaligned() -> Any:
    """A field of a packed structure."""
    return np.zeros(3, [("n", "u1"), ("x", "<f4")])["x"]


STRUCTURE = [("<b>", "i4"), ("y", ">i2", (2,)), ("p", [("a", "U3"), ("b", "<f8")])]
strided = np.lib.stride_tricks.as_strided

MADE: dict[str, Callable[[], Any]] = {
    **{
        f"torch {name}": partial(torch.empty, 2, 3, dtype=kind)
        for name, kind in sorted(vars(torch).items())
        if type(kind) is torch.dtype and not name.startswith("q")
    },
    "torch quint8 per tensor": lambda: quantized(channels=False, kind=torch.quint8),
    "torch qint8 per tensor": lambda: quantized(channels=False, kind=torch.qint8),
    "torch qint32 per tensor": lambda: quantized(channels=False, kind=torch.qint32),
    "torch qint8 per channel": lambda: quantized(channels=True, kind=torch.qint8),
    "torch quint4x2": lambda: torch._empty_affine_quantized([2, 3], scale=1, zero_point=0, dtype=torch.quint4x2),
    "torch quint2x4": lambda: torch._empty_affine_quantized([2, 3], scale=1, zero_point=0, dtype=torch.quint2x4),
    "torch 0-d": lambda: torch.tensor(3.0),
    "torch no elements": lambda: torch.empty(0, 4),
    "torch no elements, far strides": lambda: torch.zeros(9).as_strided((0, 3), (100, 7), 9),
    "torch size-1 axes": lambda: torch.zeros(1, 2, 3, 4, 5).transpose(0, 1).contiguous(),
    "torch expanded": lambda: torch.zeros(3, 1).expand(3, 4),
    "torch expanded 1e9": lambda: torch.zeros(1).expand(10**9),
    "torch windows": lambda: torch.arange(10.0).unfold(0, 3, 1),
    "torch overlapping": lambda: torch.zeros(8).as_strided((3, 3), (2, 1)),
    "torch channels_last": lambda: torch.zeros(2, 3, 4, 5).to(memory_format=torch.channels_last),
    "torch channels_last_3d": lambda: torch.zeros(2, 3, 2, 4, 5).to(memory_format=torch.channels_last_3d),
    "torch transposed cut": torch.arange(24).reshape(4, 6)[1:3, ::2].t,
    "torch conj": lambda: torch.zeros(2, 2, dtype=torch.complex64).conj(),
    "torch neg": lambda: torch.zeros(2, 2, dtype=torch.complex64).conj().imag,
    "torch real": lambda: torch.zeros(2, 2, dtype=torch.complex64).real,
    "torch requires_grad": lambda: torch.zeros(3, requires_grad=True),
    "torch non-leaf": lambda: torch.zeros(3, requires_grad=True) * 2,
    "torch Parameter": lambda: torch.nn.Parameter(torch.zeros(2, 2)),
    "torch Buffer": lambda: torch.nn.Buffer(torch.zeros(2, 2)),
    "torch UninitializedParameter": torch.nn.UninitializedParameter,
    "torch UninitializedBuffer": torch.nn.UninitializedBuffer,
    "torch subclass": lambda: torch.zeros(3).as_subclass(Plain),
    "torch subclass that refuses": lambda: torch.zeros(3).as_subclass(Silent),
    "torch wrapper subclass": lambda: Wrapper(torch.zeros(2, 3)),
    "torch meta": lambda: torch.empty(2, 3, device="meta"),
    "torch meta 1e12": lambda: torch.empty(10**6, 10**6, device="meta"),
    "torch meta, loaded": lambda: loaded(torch.zeros(2, 3)),
    "torch fake": lambda: FakeTensorMode().from_tensor(torch.zeros(3, 4)),
    "torch unbacked": unbacked,
    "torch coo": lambda: torch.eye(3).to_sparse(),
    "torch coo, uncoalesced": uncoalesced,
    "torch coo, hybrid": lambda: torch.ones(3, 2).to_sparse(1),
    "torch coo, no elements": lambda: torch.zeros(3, 3).to_sparse(),
    "torch csr": lambda: torch.eye(3).to_sparse_csr(),
    "torch csr, batched": lambda: torch.eye(3).expand(2, 3, 3).to_sparse_csr(),
    "torch csc": lambda: torch.eye(3).to_sparse_csc(),
    "torch bsr": lambda: torch.eye(4).to_sparse_bsr((2, 2)),
    "torch bsc": lambda: torch.eye(4).to_sparse_bsc((2, 2)),
    "torch nested": nested,
    "torch jagged": lambda: nested(torch.jagged),
    "torch jagged, transposed": lambda: nested(torch.jagged).transpose(1, 2),
    "torch masked": lambda: masked_tensor(torch.zeros(3), torch.ones(3, dtype=torch.bool)),
    "torch mkldnn": lambda: torch.zeros(3, 4).to_mkldnn(),
    "torch ZeroTensor": lambda: torch._efficientzerotensor((3, 4)),
    "torch DTensor, shard": lambda: spread("shard"),
    "torch DTensor, replicate": lambda: spread("copy"),
    "torch DTensor, partial": lambda: spread("sum"),
    "torch DTensor, 2x2": lambda: spread("shard", "copy", mesh=(2, 2)),
    "torch DTensor Parameter": lambda: torch.nn.Parameter(spread("shard")),
    "torch resized to 0": lambda: resized(torch.zeros(3, 3)),
    "torch resized in part": lambda: resized(torch.zeros(300), 1000),
    "torch resized view": lambda: resized(torch.zeros(300).view(10, 30)[2:, ::2].t()),
    "torch resized Parameter": lambda: resized(torch.nn.Parameter(torch.zeros(3))),
    "torch of a cut file": lambda: cut_file(lambda name: torch.from_file(name, shared=True, size=1 << 14)),
    "torch shared memory": shared,
    "torch of an array": lambda: torch.from_numpy(np.arange(6.0)[2:]),
    "torch of a frozen buffer": lambda: torch.frombuffer(bytearray(24), dtype=torch.float32)[1:],
    "torch poisoned": lambda: torch.frombuffer(poisoned(), dtype=torch.float32),
    "torch many axes": lambda: torch.zeros((1,) * 60 + (2, 2)),
    "numpy structured": lambda: np.zeros(3, STRUCTURE),
    "numpy unaligned field": unaligned,
    "numpy padded structure": lambda: np.zeros(3, np.dtype([("x", "u1"), ("y", "f8")], align=True)),
    "numpy row of a structure": lambda: np.zeros(3, STRUCTURE)[1],
    "numpy object": lambda: np.array([1, "a", None, [1]], object),
    "numpy object, strayed": lambda: strided(np.array([1, 2], object), (3,), (4,)),
    "numpy str": lambda: np.array(["a", "bc"]),
    "numpy bytes": lambda: np.array([b"a", b"bc"]),
    "numpy empty str": lambda: np.zeros(3, "U0"),
    "numpy StringDType": lambda: np.array(["a", "a text that is longer than 15 bytes"], np.dtypes.StringDType()),
    "numpy datetime": lambda: np.array(["2020-01-02"], "M8[D]"),
    "numpy datetime, generic": lambda: np.zeros(3, "M8"),
    "numpy timedelta": lambda: np.zeros(3, ">m8[3ns]"),
    "numpy big-endian": lambda: np.zeros((2, 3), ">f8"),
    "numpy big-endian complex": lambda: np.zeros((2, 3), ">c8"),
    "numpy longdouble": lambda: np.zeros((2, 3), np.longdouble),
    "numpy clongdouble": lambda: np.zeros((2, 3), np.clongdouble),
    "numpy float16": lambda: np.zeros((2, 3), np.float16),
    "numpy bool": lambda: np.zeros((2, 3), bool),
    "numpy longlong": lambda: np.zeros((2, 3), np.longlong),
    "numpy void": lambda: np.zeros(3, "V5"),
    "numpy V0": lambda: np.zeros(3, "V0"),
    "numpy masked": lambda: np.ma.masked_array(np.arange(3), [False, True, False], fill_value=9),
    "numpy masked, no mask": lambda: np.ma.masked_array(np.arange(3)),
    "numpy masked structure": lambda: np.ma.zeros(3, STRUCTURE),
    "numpy masked constant": lambda: np.ma.masked,
    "numpy matrix": lambda: np.arange(4).reshape(2, 2).view(np.matrix),
    "numpy recarray": lambda: np.zeros(3, STRUCTURE).view(np.recarray),
    "numpy record": lambda: np.zeros(3, STRUCTURE).view(np.recarray)[0],
    "numpy memmap": mapped_file,
    "numpy memmap, cut": lambda: cut_file(lambda name: np.memmap(name, "i4", "r")),
    "numpy read-only": lambda: np.frombuffer(b"abcdefgh", "i2"),
    "numpy broadcast": lambda: np.broadcast_to(np.float32(1), (10**6, 10**6)),
    "numpy broadcast, written": lambda: np.broadcast_arrays(np.zeros((3, 1)), np.zeros((1, 4)))[0],
    "numpy negative strides": lambda: np.arange(12).reshape(3, 4)[::-1, ::-2],
    "numpy as_strided": lambda: strided(np.arange(9.0), (3, 3), (8, 8)),
    "numpy fortran": lambda: np.zeros((2, 3), order="F"),
    "numpy 0-d": lambda: np.array(3.0),
    "numpy no elements": lambda: np.zeros((0, 3)),
    "numpy scalar": lambda: np.float32(3),
    "numpy str scalar": lambda: np.str_("text"),
    "numpy void scalar": lambda: np.void(b"abc"),
    "numpy 64 axes": lambda: np.zeros((1,) * 64),
    "numpy resized owner": resized_owner,
    "numpy of a tensor": torch.arange(6.0)[2:].numpy,
    "numpy of a resized tensor": lambda: resized(torch.zeros(300)).numpy(),
    "numpy poisoned": poisoned_array,
    "numpy char": lambda: np.char.array(["a", "b"]),
    "list": lambda: [1.5, 2.5],
    "list, empty": list,
    "list of empty": lambda: [[]],
    "list, nested": lambda: [[1, 2], [3, 4]],
    "list, ragged": lambda: [[1], [2, 3], 4],
    "list, cyclic": cyclic,
    "list, grown": grown,
    "list of tensors": lambda: [torch.zeros(3), resized(torch.zeros(300))],
    "tuple": lambda: (1, None, "x"),
    "torch.Size": lambda: torch.Size((2, 3)),
    "range": lambda: range(0, 10, 3),
    "range, empty": lambda: range(0),
    "range, endless": lambda: range(10**5000),
    "array.array": lambda: array("d", [1, 2]),
    "array.array u": lambda: array("u", "añ"),
    "array.array, empty": lambda: array("i"),
    "memoryview": lambda: memoryview(b"abcdef")[::-2],
    "memoryview, 3-d": lambda: memoryview(bytes(range(24))).cast("B", (2, 3, 4)),
    "memoryview, 0-d": lambda: memoryview(ctypes.c_int(3)),
    "bytes": lambda: b"abc",
    "bytearray": lambda: bytearray(10**6),
    "bytearray, empty": bytearray,
    "mmap": lambda: mmap.mmap(-1, 4096),
    "mmap, poisoned": poisoned,
    "ctypes": lambda: (ctypes.c_int * 3)(1, -2, 3),
    "ctypes, nested": ctypes.c_double * 2 * 3,
    "ctypes, big-endian": lambda: (ctypes.c_int.__ctype_be__ * 2)(1, -2),
    "ctypes number": lambda: ctypes.c_double(0.5),
    "dlpack of a tensor": lambda: Packed(torch.arange(6, dtype=torch.int16).reshape(2, 3).t()),
    "dlpack of an array": lambda: Packed(np.arange(12).reshape(3, 4)[::-1, 1:]),
    "dlpack of a read-only array": lambda: Packed(np.broadcast_to(np.float32(1), (3, 4))),
    "dlpack, no version": lambda: OldPacked(torch.zeros(3)),
    "dlpack bfloat16": lambda: Packed(torch.zeros(3, dtype=torch.bfloat16)),
    "dlpack float8": lambda: Packed(torch.zeros(3).to(torch.float8_e4m3fn)),
    "dlpack float4": lambda: Packed(torch.zeros(3, dtype=torch.uint8).view(torch.float4_e2m1fn_x2)),
    "dlpack bool": lambda: Packed(torch.zeros(3, dtype=torch.bool)),
    "dlpack complex": lambda: Packed(torch.zeros(3, dtype=torch.complex64)),
    "dlpack 0-d": lambda: Packed(torch.tensor(3.0)),
    "dlpack, no elements": lambda: Packed(torch.zeros(0, 3)),
    "interface": interface,
    "interface, strides": lambda: Offers(np.arange(12).reshape(3, 4)[::-1, ::-2], "__array_interface__"),
    "interface, structure": lambda: Offers(np.zeros(3, STRUCTURE), "__array_interface__"),
    "interface, big-endian": lambda: Offers(np.zeros(3, ">i2"), "__array_interface__"),
    "interface, text": lambda: Offers(np.array(["a", "bc"]), "__array_interface__"),
    "interface, object": lambda: Offers(np.array([1, None]), "__array_interface__"),
    "interface, times": lambda: Offers(np.zeros(3, "M8[D]"), "__array_interface__"),
    "interface, buffer": lambda: interface(data=bytearray(24)),
    "interface, short buffer": lambda: interface(data=bytearray(20)),
    "interface, copying": lambda: Copying(None),
    "interface, nowhere": lambda: interface(data=(4096, False)),
    "interface, poisoned": lambda: Offers(poisoned_array(), "__array_interface__"),
    "interface, bits": lambda: interface(typestr="|t1"),
    "interface, masked": lambda: interface(mask=np.zeros((2, 3), bool)),
    "interface, no elements": lambda: interface(shape=(0, 3), data=(0, False)),
    "cuda interface": cuda_like,
}
"""Name -> what makes it."""


def _held(make: Callable[[], Any]) -> Callable[[Callable[[Any], object]], None]:
    def use(verb: Callable[[Any], object]) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            made = make()
        verb(made)

    return use


def _inside(transform: Callable[[Callable[[Any], Any]], object]) -> Callable[[Callable[[Any], object]], None]:
    """What a function sees of its argument while a transform of torch runs it."""

    def use(verb: Callable[[Any], object]) -> None:
        def see(x: Any) -> Any:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                verb(x)
            return x

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            transform(see)

    return use


def _inference(verb: Callable[[Any], object]) -> None:
    with torch.inference_mode():
        verb(torch.zeros(2, 3))


ODD: dict[str, Callable[[Callable[[Any], object]], None]] = {
    **{name: _held(make) for name, make in MADE.items()},
    "torch inference": _inference,
    "torch vmap": _inside(lambda see: torch.vmap(see)(torch.zeros(2, 3))),
    "torch grad": _inside(lambda see: torch.func.grad(lambda x: see(x).sum())(torch.zeros(3))),
    "torch jvp": _inside(lambda see: torch.func.jvp(see, (torch.zeros(3),), (torch.ones(3),))),
    "torch functional": _inside(lambda see: torch.func.functionalize(see)(torch.zeros(3))),
    "torch traced": _inside(lambda see: make_fx(see, tracing_mode="symbolic")(torch.zeros(3, 4))),
}
"""Name -> what calls a verb with it."""
