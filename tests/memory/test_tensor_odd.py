"""Tensors that have no plain storage, or none any more."""

from __future__ import annotations

from support.probe import run_python

ODD = {
    "coo": ("torch.eye(3).to_sparse()", "(3, 3) ['no-strides']"),
    "csr": ("torch.eye(3).to_sparse_csr()", "(3, 3) ['no-strides']"),
    "bsr": ("torch.eye(4).to_sparse_bsr((2, 2))", "(4, 4) ['no-strides']"),
    "nested": ("torch.nested.nested_tensor([torch.zeros(2), torch.zeros(3)])", "None ['no-strides']"),
    "jagged": (
        "torch.nested.nested_tensor([torch.zeros(2), torch.zeros(3)], layout=torch.jagged)",
        "None ['no-strides']",
    ),
    "mkldnn": ("torch.zeros(3, 4).to_mkldnn()", "(3, 4) ['no-strides']"),
    "zero": ("torch._efficientzerotensor((3, 4))", "(3, 4) ['no-storage']"),
    "fake": ("FakeTensorMode().from_tensor(torch.zeros(3, 4))", "(3, 4) ['wrapper']"),
    "unbacked": ("unbacked()", "None ['wrapper']"),
    "resized": ("resized(torch.zeros(3, 4))", "(3, 4) ['storage-too-small']"),
    "resized view": ("resized(torch.zeros(300).view(10, 30)[2:, ::2].t())", "(15, 8) ['storage-too-small']"),
    "resized parameter": ("resized(torch.nn.Parameter(torch.zeros(3)))", "(3,) ['storage-too-small']"),
    "resized in part": ("resized(torch.zeros(300), 1000)", "(300,) ['storage-too-small']"),
    "vmap": ("inside(lambda see: torch.vmap(see)(torch.zeros(2, 3)))", "(3,) ['no-storage']"),
    "grad": ("inside(lambda see: torch.func.grad(lambda x: see(x).sum())(torch.zeros(3)))", "(3,) ['no-storage']"),
    "jvp": (
        "inside(lambda see: torch.func.jvp(see, (torch.zeros(3),), (torch.ones(3),)))",
        "(3,) ['no-storage']",
    ),
    "functional": ("inside(lambda see: torch.func.functionalize(see)(torch.zeros(3)))", "(3,) ['no-storage']"),
    "traced": (
        "inside(lambda see: make_fx(see, tracing_mode='symbolic')(torch.zeros(3, 4)))",
        "(3, 4) ['wrapper']",
    ),
    "masked": ("masked_tensor(torch.zeros(3), torch.ones(3, dtype=torch.bool))", "(3,) ['wrapper']"),
    "shared": ("torch.zeros(3).share_memory_()", "(3,) []"),
}
HELP = """
import warnings
import torch
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.fx.experimental.proxy_tensor import make_fx
from torch.fx.experimental.symbolic_shapes import ShapeEnv
from torch.masked import masked_tensor
from tensorlab.memory.registry import describe

def unbacked():
    shapes = ShapeEnv()
    with FakeTensorMode(shape_env=shapes):
        return torch.empty(shapes.create_unbacked_symint())

def resized(tensor, nbytes=0):
    tensor.untyped_storage().resize_(nbytes)
    return tensor

def inside(transform):
    def see(x):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            seen.append(describe(x))
        return x
    seen = []
    transform(see)
    return seen[0]

def tell(make):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = make()
    memory = describe(made) if isinstance(made, torch.Tensor) else made
    print(memory.shape, [doubt.code for doubt in memory.doubts], memory.readable, flush=True)
"""


def test_odd_tensors_crash_nothing_and_warn_of_nothing() -> None:
    """In a process of its own: an element read from some of these ends it."""
    ran = run_python(HELP + "\n".join(f"tell(lambda: {make})" for make, _ in ODD.values()))
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""
    found = dict(zip(ODD, ran.stdout.splitlines(), strict=True))
    assert found == {name: f"{words} {name == 'shared'}" for name, (_, words) in ODD.items()}
