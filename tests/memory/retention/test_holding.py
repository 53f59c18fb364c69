from __future__ import annotations

import functools
import types
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

import tensorlab
from tensorlab.memory.retention.holding import held, is_empty, is_hidden
from tensorlab.memory.retention.walk import walk

if TYPE_CHECKING:
    from collections.abc import Iterator

DATA = b"xy"
NESTED = {"deep": [DATA]}


def reads_globals() -> object:
    return DATA, NESTED, len, np.zeros, Holder


def generator(data: bytes) -> Iterator[bytes]:
    kept = [data]
    yield from kept


class Holder:
    def __init__(self) -> None:
        self.data = DATA

    def method(self) -> object:
        return self


def closure(data: bytes) -> object:
    return lambda: data


def of_default(data: bytes = DATA, *, other: bytes = b"z") -> object:
    return data, other


def failed() -> Exception:
    error = ValueError(DATA)
    try:
        raise error
    except ValueError as caught:
        return caught


HOLDING: list[tuple[Any, list[str], tuple[str, ...]]] = [
    (closure(DATA), ["v[closure data]"], ()),
    (of_default, ["v[default 0]", "v[default other]"], ()),
    (reads_globals, ["v[global DATA]"], ()),
    (functools.partial(print, DATA, sep=b"z"), ["v.args[0]", "v.keywords.sep"], ()),
    (Holder().method, ["v.__self__.data"], ()),
    (iter([DATA]), ["v[held 0][0]"], ()),
    (map(print, [DATA]), ["v[held 0][0][held 0][0]"], ()),
    ({"a": DATA}.values(), ["v[held 0].a"], ()),
    (types.MappingProxyType({"a": DATA}), ["v[held 0].a"], ()),
    (types.SimpleNamespace(a=DATA), ["v.a"], ()),
    ([DATA].append, ["v.__self__[0]"], ()),
    (types.CellType(DATA), ["v.cell_contents"], ()),
    (types.CellType(), [], ()),
    ([3, "x", None, object(), int, len, print, np.dtype("f4"), torch.float32, torch.device("cpu")], [], ()),
    (torch, [], ("module",)),
    (Holder, [], ("type",)),
    ((torch.ones(1, requires_grad=True) * 2).grad_fn, [], ("MulBackward0",)),
]


@pytest.mark.parametrize(("thing", "names", "unseen"), HOLDING, ids=lambda case: type(case).__name__)
def test_what_is_held_and_what_is_not_looked_into(thing: Any, names: list[str], unseen: tuple[str, ...]) -> None:
    found = walk({"v": thing})
    told = [entry.name for entry in found.entries]
    assert told[: len(names)] == names
    assert found.unseen == unseen
    assert names or not told


def test_a_generator_and_an_exception() -> None:
    running = generator(DATA)
    assert any(entry.thing is DATA for entry in walk(running).entries)
    assert next(running) is DATA  # it was not run
    assert walk(failed()).unseen == ("traceback",)
    assert any(entry.thing is DATA for entry in walk(failed()).entries)


def test_hooks_that_close_over_a_tensor() -> None:
    big = torch.zeros(10**6)[:10]
    net = torch.nn.ReLU()
    net.register_forward_hook(lambda *_: big)
    assert tensorlab.retains(net).kept == 4_000_000
    leaf = torch.ones(1, requires_grad=True)
    leaf.register_hook(lambda gradient: gradient * big[0])  # type: ignore[no-untyped-call]  # torch leaves it untyped
    assert tensorlab.retains({"leaf": leaf}).kept == 4_000_004


def test_the_sentence_is_no_flat_no_where_something_was_passed_by() -> None:
    assert str(tensorlab.retains({"t": torch, "c": Holder})) == (
        "keeps no tensor, array or buffer alive that was found\n2 objects not looked into: module, type"
    )
    assert "2 objects not looked into" in tensorlab.show(tensorlab.retains({"t": torch, "c": Holder})).text()
    assert str(tensorlab.retains({"f": closure(DATA)})).startswith("f[closure data] uses all 2 B")


def test_the_graph_is_doubted_in_words_too() -> None:
    loss = torch.ones(3, requires_grad=True).sum()
    assert str(tensorlab.retains([loss])).splitlines()[1:] == [
        "[0] has an autograd graph, which keeps more alive than can be seen here"
    ]


def test_functions_are_left_alone_where_attributes_are() -> None:
    assert walk({"f": closure(DATA)}, into_objects=False).entries == []


def test_by_the_kind_alone() -> None:
    assert held(3) is None
    assert is_empty("word")
    assert not is_hidden(Holder)
