from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from support.odd_inputs import ODD
from support.probe import run_python

import tensorlab
from tensorlab.models.layers import ALEXNET
from tensorlab.models.network import Network

WEIGHTS_OF_ALEXNET = 244_361_984
"""Bytes of its eight weights, which are what autograd saves of its parameters."""
PARAMETERS_OF_ALEXNET = WEIGHTS_OF_ALEXNET + 41_376
"""With its biases: 61,100,840 numbers."""


def test_the_issues_example_to_the_letter() -> None:
    record = tensorlab.retains({"v": torch.zeros(10**6)[:10]})
    assert str(record) == "v uses 40 B, retains 4,000,000 B (100000x); clone() before saving"
    assert "v uses 40 B, retains 4,000,000 B (100000x); clone() before saving" in tensorlab.show(record).text()
    assert tensorlab.show(record).data is record


def test_alexnets_parameters() -> None:
    with torch.device("meta"):
        net = Network(ALEXNET)
    assert tensorlab.retains(net).described == PARAMETERS_OF_ALEXNET
    record = tensorlab.retains(net.to_empty(device="cpu"))
    assert (record.used, record.kept, record.described) == (PARAMETERS_OF_ALEXNET, PARAMETERS_OF_ALEXNET, 0)
    weights = {name: tensor for name, tensor in net.state_dict().items() if name.endswith("weight")}
    assert tensorlab.retains([weights, weights]).kept == tensorlab.retains(weights).kept == WEIGHTS_OF_ALEXNET
    assert record.saved is not None
    assert record.saved.subject == "state_dict()"


@pytest.mark.parametrize("name", ODD)
def test_every_odd_input_is_accounted_for(name: str) -> None:
    told: list[Any] = []

    def verb(thing: Any) -> Any:
        told.extend(
            (tensorlab.retains(thing), tensorlab.retains({"v": thing}), tensorlab.sharing_map({"v": thing, "w": thing}))
        )
        return thing

    ODD[name](verb)
    assert len(told) >= 3
    assert all(str(record) and tensorlab.show(record).text() for record in told)


def test_what_holds_nothing() -> None:
    empty: tuple[object, ...] = ({}, set(), {"a": 3}, torch.nn.ReLU())
    for thing in empty:
        assert str(tensorlab.retains(thing)) == "keeps no tensor, array or buffer alive"


def test_a_bare_array_is_saved_by_numpy() -> None:
    assert str(tensorlab.retains(np.zeros(10**6)[:10]).saved) == "numpy.save writes 208 B"


def test_without_torch() -> None:
    code = """
import sys; sys.modules["torch"] = None
import numpy, tensorlab
a = numpy.zeros(10)
print(tensorlab.retains({"a": a[:3], "b": a}))
print(tensorlab.retains({"a": a}).saved)
print(tensorlab.sharing_map(a, a[3:]))
with tensorlab.live() as change:
    pass
print(tensorlab.live(), change)
"""
    ran = run_python(code)
    assert ran.stdout.splitlines() == [
        "a and b share a storage, use all 80 B that they retain",
        "the size that torch.save writes is not predicted: torch is not loaded",
        "a and b share memory, 80 B in all: a[3] and b[0] are the same byte",
        "no live tensor no tensor created, none freed; 0 still there; 0 B as before",
    ], ran.stderr


def test_a_map_of_local_names_and_of_modules() -> None:
    x = torch.zeros(9)
    part, number, nested = x[3:], 3, {"deep": [x[:2]]}
    found = tensorlab.sharing_map(locals())
    assert [name for name, _ in found.groups[0].members] == ["x", "part", "nested.deep[0]"]
    assert (found.skipped, number, len(nested)) == (1, 3, 1)
    tied = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Linear(2, 2))
    tied[1].weight = tied[0].weight
    assert (
        str(tensorlab.sharing_map(tied)).splitlines()[0].startswith("0.weight and 1.weight share memory, 16 B in all")
    )
    assert tensorlab.sharing_map(*[torch.zeros(1) for _ in range(30)]).alone[-1] == "x29"
    assert tensorlab.sharing_map([x, x]).groups[0].members[1][0] == "[1]"


def test_nothing_to_compare_in_a_dict_is_no_error() -> None:
    assert str(tensorlab.sharing_map({"a": 3})) == "nothing to compare"


LEAK = """
import tensorlab, torch
def leak():
    kept = []
    with tensorlab.live() as watched:
        for _ in range(3):
            kept.append(torch.zeros(1000))
    named = "kept[*] in leak()" in tensorlab.show(watched).text()
    print(watched.growth, named, "12,000 B" in tensorlab.show(watched.change).text())
leak()
"""


def test_a_leak_is_named() -> None:
    ran = run_python(LEAK)
    assert ran.stdout == "12000 True True\n", ran.stderr
    elsewhere = tensorlab.live(device="cuda:99")
    assert "no live tensor" in tensorlab.show(elsewhere).text()


def test_cuda_is_not_initialised() -> None:
    ran = run_python("import torch, tensorlab; tensorlab.live(); print(torch.cuda.is_initialized())")
    assert ran.stdout == "False\n", ran.stderr
