"""Every kind of tensor that is no plain strided run of bytes, in a process of its own: reading some ends it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import torch
from support.probe import run_python

from tensorlab.memory.tensor_odd import odd_facts

if TYPE_CHECKING:
    from pathlib import Path

ODD = {
    "coo": ("torch.eye(3).to_sparse()", "(3, 3) no-strides : indices (2, 3), values (3,)"),
    "uncoalesced": (
        "torch.sparse_coo_tensor([[0, 0], [1, 1]], [1.0, 2.0], (3, 3))",
        "(3, 3) no-strides : indices (2, 2), values (2,) : uncoalesced",
    ),
    "hybrid": (
        "torch.sparse_coo_tensor([[0, 1]], torch.ones(2, 4), (3, 4)).coalesce()",
        "(3, 4) no-strides : indices (1, 2), values (2, 4)",
    ),
    "csr": ("torch.eye(3).to_sparse_csr()", "(3, 3) no-strides : crow_indices (4,), col_indices (3,), values (3,)"),
    "csc": ("torch.eye(3).to_sparse_csc()", "(3, 3) no-strides : ccol_indices (4,), row_indices (3,), values (3,)"),
    "bsr": (
        "torch.eye(4).to_sparse_bsr((2, 2))",
        "(4, 4) no-strides : crow_indices (3,), col_indices (2,), values (2, 2, 2)",
    ),
    "bsc": (
        "torch.eye(4).to_sparse_bsc((2, 2))",
        "(4, 4) no-strides : ccol_indices (3,), row_indices (2,), values (2, 2, 2)",
    ),
    "nested": (
        "torch.nested.nested_tensor([torch.zeros(2), torch.zeros(3)])",
        "None no-strides : buffer (5,), [0] (2,), [1] (3,) : tensors=2",
    ),
    "nested of none": ("torch.nested.nested_tensor([])", "None no-strides : buffer (0,) : tensors=0"),
    "jagged": (
        "torch.nested.nested_tensor([torch.zeros(2, 3), torch.zeros(3, 3)], layout=torch.jagged)",
        "(2, 'j', 3) no-strides : values (5, 3), offsets (3,)",
    ),
    "jagged with lengths": (
        "torch.nested.narrow(torch.zeros(2, 5), 1, torch.tensor([0, 1]), torch.tensor([2, 3]), layout=torch.jagged)",
        "(2, 'j') no-strides : values (10,), offsets (3,), lengths (2,)",
    ),
    "masked": (
        "masked_tensor(torch.zeros(3), torch.ones(3, dtype=torch.bool))",
        "(3,) wrapper : data (3,), mask (3,)",
    ),
    "masked sparse": (
        "masked_tensor(torch.eye(3).to_sparse(), torch.eye(3).bool().to_sparse())",
        "(3, 3) no-strides : data (3, 3), mask (3, 3)",
    ),
    "channels": (
        "torch.quantize_per_channel(torch.ones(2, 3), torch.ones(2), torch.zeros(2), 0, torch.qint8)",
        "(2, 3) strided : scales (2,), zero_points (2,) : axis=0",
    ),
    "packed": (
        "torch.quantize_per_channel(torch.ones(2, 3), torch.ones(2), torch.zeros(2), 0, torch.quint4x2)",
        "(2, 3) packed : packed (4,), scales (2,), zero_points (2,) : axis=0",
    ),
    "mkldnn": ("torch.zeros(3, 4).to_mkldnn()", "(3, 4) no-strides"),
    "zero": ("torch._efficientzerotensor((3, 4))", "(3, 4) strided computed"),
    "meta": ("torch.empty(3, device='meta')", "(3,) strided"),
    "sparse on meta": ("torch.eye(3).to_sparse().to('meta')", "(3, 3) no-strides : indices (2, 0), values (0,)"),
    "fake": ("FakeTensorMode().from_tensor(torch.zeros(3, 4))", "(3, 4) strided fake : fake"),
    "fake on a GPU": ("on_gpu()", "(3,) strided fake : fake"),
    "fake sparse": (
        "FakeTensorMode().from_tensor(torch.eye(3).to_sparse())",
        "(3, 3) no-strides : indices (2, 0), values (0,) : fake",
    ),
    "unbacked": ("unbacked()", "('u',) symbolic fake : fake"),
    "lazy": ("torch.nn.UninitializedParameter()", "None uninitialized : requires_grad"),
    "lazy buffer": ("torch.nn.parameter.UninitializedBuffer()", "None uninitialized"),
    "resized": ("resized(torch.zeros(3, 4))", "(3, 4) strided storage-too-small"),
    "resized view": ("resized(torch.zeros(300).view(10, 30)[2:, ::2].t())", "(15, 8) strided storage-too-small"),
    "resized parameter": (
        "resized(torch.nn.Parameter(torch.zeros(3)))",
        "(3,) strided storage-too-small : requires_grad",
    ),
    "resized in part": ("resized(torch.zeros(300), 1000)", "(300,) strided storage-too-small"),
    "a file that was cut": ("cut()", "(16384,) strided file-too-short : shared"),
    "vmap": ("inside(torch.vmap, torch.zeros(2, 3))", "(3,) wrapper : value (2, 3) : vmap axis=0"),
    "vmap twice": (
        "inside(lambda see: torch.vmap(torch.vmap(see)), torch.zeros(2, 3, 4))",
        "(4,) wrapper : value (3, 4) : vmap axis=0",
    ),
    "grad": (
        "inside(lambda see: torch.func.grad(lambda x: see(x).sum()), torch.zeros(3))",
        "(3,) wrapper : value (3,) : grad transform, requires_grad",
    ),
    "jvp": (
        "inside(lambda see: lambda x: torch.func.jvp(see, (x,), (x,)), torch.zeros(3))",
        "(3,) wrapper : value (3,) : grad transform",
    ),
    "functionalize": (
        "inside(torch.func.functionalize, torch.zeros(3))",
        "(3,) wrapper : value (3,) : functional",
    ),
    "functional": ("torch._to_functional_tensor(torch.zeros(3, 4))", "(3, 4) wrapper : value (3, 4) : functional"),
    "functional sparse": (
        "torch._to_functional_tensor(torch.eye(3).to_sparse())",
        "(3, 3) no-strides : value (3, 3) : functional",
    ),
    "functional class": ("functional()", "(3,) wrapper : value (3,)"),
    "traced": (
        "inside(lambda see: make_fx(see, tracing_mode='symbolic'), torch.zeros(3, 4))",
        "('s', 's') symbolic fake : fake",
    ),
    "collective": ("AsyncCollectiveTensor(torch.zeros(3))", "(3,) wrapper : elem (3,)"),
    "semi-structured": (
        "SparseSemiStructuredTensorCUSPARSELT(torch.Size((4, 4)), torch.zeros(3), None, None, None, None)",
        "(4, 4) wrapper : packed (3,)",
    ),
    "strides asked of the class": ("wrapped(dispatch_sizes_strides_policy='sizes')", "None wrapper"),
    "layout asked of the class": ("wrapped(dispatch_layout=True)", "(2,) wrapper"),
    "a sparse wrapper": ("wrapped(layout=torch.sparse_coo)", "(2,) no-strides"),
    "a sparse subclass": ("torch.Tensor._make_subclass(Refusing, torch.eye(3).to_sparse())", "(3, 3) no-strides"),
    "shared": ("torch.zeros(3).share_memory_()", "(3,) strided : shared"),
    "cloned late": ("torch._lazy_clone(torch.zeros(6)[2:])", "(4,) strided : copy-on-write"),
    "mapped": ("torch.load(saved(), mmap=True)", "(3,) strided"),
    "a batched sparse one": (
        "torch.stack([torch.eye(3)] * 2).to_sparse_csr()",
        "(2, 3, 3) no-strides : crow_indices (2, 4), col_indices (2, 3), values (2, 3)",
    ),
}
READABLE = {"channels", "shared", "cloned late", "mapped"}
HELP = """
import json, os, sys, warnings
import torch
import tensorlab
from torch._subclasses.fake_tensor import FakeTensorMode
from torch._subclasses.functional_tensor import FunctionalTensor, FunctionalTensorMode
from torch.distributed._functional_collectives import AsyncCollectiveTensor
from torch.fx.experimental.proxy_tensor import make_fx
from torch.fx.experimental.symbolic_shapes import ShapeEnv
from torch.masked import masked_tensor
from torch.sparse import SparseSemiStructuredTensorCUSPARSELT
from tensorlab.codec import decode, encode
from tensorlab.memory.record import MEMORY_DOUBTS, MemoryMap

folder = sys.argv[1]

class Refusing(torch.Tensor):
    @classmethod
    def __torch_function__(cls, *_, **__):
        raise ZeroDivisionError

    @classmethod
    def __torch_dispatch__(cls, *_, **__):
        raise ZeroDivisionError

def wrapped(**options):
    return torch.Tensor._make_wrapper_subclass(Refusing, (2,), dtype=torch.float32, **options)

def on_gpu():
    with FakeTensorMode():
        return torch.empty(3, device="cuda")

def unbacked():
    shapes = ShapeEnv()
    with FakeTensorMode(shape_env=shapes):
        return torch.empty(shapes.create_unbacked_symint())

def functional():
    with FunctionalTensorMode():
        return FunctionalTensor.to_functional(torch.zeros(3))

def resized(tensor, nbytes=0):
    tensor.untyped_storage().resize_(nbytes)
    return tensor

def cut():
    name = os.path.join(folder, "cut")
    with open(name, "wb") as file:
        file.truncate(65536)
    tensor = torch.from_file(name, shared=True, size=16384)
    os.truncate(name, 100)
    return tensor

def saved():
    name = os.path.join(folder, "saved.pt")
    torch.save(torch.arange(3.0), name)
    return name

def inside(transform, *arguments):
    def see(x):
        tell(x)
        return x
    transform(see)(*arguments)

def words(memory):
    found = f"{memory.shape} {'strided ' if memory.layout else ''}{' '.join(d.code for d in memory.doubts)}".strip()
    parts = ", ".join(f"{name} {part.shape}" for name, part in memory.parts)
    traits = ", ".join(sorted(memory.traits))
    return " : ".join(part for part in (found, parts, traits) if part)

def tell(x):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        memory = tensorlab.describe(x)
        assert all(doubt.code in MEMORY_DOUBTS for doubt in memory.doubts), memory.doubts
        assert decode(MemoryMap, json.loads(json.dumps(encode(memory)))) == memory
        for cells in ("index", "address", "value"):
            figure = tensorlab.show(x, cells=cells)
            assert str(figure) and figure.text(ascii=True).isascii() and "</" in figure._repr_html_()
    print(words(memory), memory.readable, sep=" | ", flush=True)

def make(code):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = eval(code)
    if made is not None:
        tell(made)
"""


def test_odd_tensors_are_described_and_drawn_without_a_crash_or_a_warning(tmp_path: Path) -> None:
    ran = run_python(HELP + "\n".join(f"make({code!r})" for code, _ in ODD.values()), str(tmp_path))
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""
    symbols = re.sub(r"'([jsu])[0-9]+'", r"'\1'", ran.stdout)  # numbered as it pleases torch
    found = dict(zip(ODD, symbols.splitlines(), strict=True))
    assert found == {name: f"{words} | {name in READABLE}" for name, (_, words) in ODD.items()}


def test_a_family_that_no_table_knows_has_no_strides() -> None:
    odd = odd_facts(torch.zeros(3), "vulkan")
    assert [doubt.text for doubt in odd.place.doubts] == ["a vulkan tensor has no strides"]
    assert (odd.place.layout, odd.place.storage, odd.parts.named) == (None, None, ())


def test_the_storage_that_is_gone_is_told_in_bytes() -> None:
    tensor = torch.zeros(40)[10:19]
    tensor.untyped_storage().resize_(44)
    assert odd_facts(tensor, "strided").place.doubts[0].text == "storage 44 B < 76 B needed: data not readable"
    whole = torch.zeros(3, 3)
    whole.untyped_storage().resize_(0)
    assert odd_facts(whole, "strided").place.doubts[0].text == "storage 0 B < 36 B needed: data not readable"
