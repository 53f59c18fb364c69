from __future__ import annotations

import gc
from collections import deque
from typing import TYPE_CHECKING, Any

import pytest
import torch

from tensorlab.memory.living.referrers import referrers
from tensorlab.memory.living.roots import find_roots

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KEPT: list[object] = []


class Thing:
    """What is looked for: the garbage collector tracks it."""

    def __init__(self) -> None:
        self.itself = [self]


class Model:
    klass: object

    def __init__(self, thing: object) -> None:
        self.cache = thing


class Slotted:
    __slots__ = ("x",)

    def __init__(self, thing: object) -> None:
        self.x = thing


class Loud:
    __slots__ = ("thing",)

    def __init__(self, thing: object) -> None:
        self.thing = thing

    @property  # type: ignore[misc]  # it bites
    def __class__(self) -> type:
        raise SystemExit("code of the object ran")

    def __getattr__(self, name: str) -> object:
        raise SystemExit("code of the object ran")


def find(thing: object) -> list[str]:
    """The words, but for the variables of the tests' own helpers."""
    roots = find_roots()
    everything = gc.get_objects()
    found = referrers([thing], everything, roots)[0]
    return [f"{one.path} in {one.place}" for one in found if one.place != "find"]


def new() -> object:
    return torch.zeros(3)


def local() -> list[str]:
    loc = new()
    roots = find_roots()
    everything = gc.get_objects()
    return [str(found) for found in referrers([loc], everything, roots)[0]]


def test_a_local_variable() -> None:
    assert local() == ["loc in local()"]


def made(make: Callable[[object], object]) -> tuple[object, object]:
    thing = new()
    return make(thing), thing


def generator(thing: object) -> Iterator[int]:
    held = [thing]
    yield len(held)


def started(thing: object) -> Iterator[int]:
    running = generator(thing)
    next(running)
    return running


def closure(captured: object) -> Callable[[], object]:
    def inner() -> object:
        return captured

    return inner


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda t: {"k": t}, "box['k'] in leading"),
        (lambda t: {"k": [0, {"z": t}]}, "box['k'][1]['z'] in leading"),
        (lambda t: [t], "box[0] in leading"),
        (lambda t: (0, t), "box[1] in leading"),
        (lambda t: deque([t]), "box[0] in leading"),
        (Model, "box.cache in leading"),
        (Slotted, "box.x in leading"),
        (Loud, "box.thing in leading"),
        (lambda t: {3: t}, "box[3] in leading"),
        (lambda t: {(1, 2): t}, "box[tuple] in leading"),
        (lambda t: {t}, "box in leading"),
        (closure, "captured in closure.<locals>.inner"),
        (started, "held[0] in generator"),
    ],
    ids=[
        "dict",
        "nested",
        "list",
        "tuple",
        "deque",
        "attribute",
        "slot",
        "hostile",
        "number",
        "key",
        "set",
        "cell",
        "yield",
    ],
)
def test_what_leads_there(make: Callable[[object], Any], words: str) -> None:
    def leading() -> list[str]:
        box, thing = made(make)
        assert box is not thing
        return find(thing)

    leading.__code__ = leading.__code__.replace(co_qualname="leading")
    assert words in leading()


def test_a_global_a_class_and_a_module() -> None:
    KEPT.append(new())
    try:
        assert [words for words in find(KEPT[-1]) if words.startswith("KEPT[0] in ")]
    finally:
        KEPT.clear()
    Model.klass = new()
    assert [words for words in find(Model.klass) if words.startswith("Model.klass in ")]


def test_a_modules_parameters_are_its_attributes() -> None:
    def attributes() -> list[str]:
        net = torch.nn.Sequential(torch.nn.Linear(2, 3))
        return find(net[0].weight)

    assert [words for words in attributes() if words.startswith("net.0.weight in ")]


def test_where_nobody_is_found_the_holder_is_told() -> None:
    def lost() -> object:
        ring: dict[str, object] = {"t": new()}
        ring["self"] = ring
        return ring["t"]

    gc.disable()
    try:
        assert "['t'] in dict" in find(lost())
    finally:
        gc.enable()
        gc.collect()


def test_what_a_traceback_keeps() -> None:
    thing = new()

    def fails(lost: object) -> None:
        raise ValueError("no " + type(lost).__name__)

    with pytest.raises(ValueError, match="no Tensor") as raised:
        fails(thing)
    assert "lost in test_what_a_traceback_keeps.<locals>.fails" in find(thing)
    assert raised.value is not None


def test_no_more_than_a_few_are_told() -> None:
    thing = new()
    boxes = [[thing] for _ in range(50)]
    assert len(find(thing)) <= 4
    assert len(boxes) == 50
