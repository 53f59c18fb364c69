from __future__ import annotations

from array import array
from typing import Any
from unittest.mock import MagicMock

import numpy as np
import pytest
import torch
from support.probe import loaded, run_python

from tensorlab.errors import TensorlabError, UnsupportedError
from tensorlab.memory.registry import describe

LIBRARIES = frozenset({"torch", "numpy"})


@pytest.mark.parametrize(
    ("thing", "library"),
    [
        ([1], "python"),
        ((1,), "python"),
        (torch.Size((1,)), "python"),
        (np.zeros(1), "numpy"),
        (np.float64(1), "numpy"),
        (np.bytes_(b"a"), "numpy"),
        (torch.zeros(1), "torch"),
        (torch.nn.Parameter(torch.zeros(1)), "torch"),
        (array("d"), "buffer"),
        (b"", "buffer"),
        (memoryview(array("d")), "buffer"),
    ],
)
def test_each_object_finds_its_adapter(thing: object, library: str) -> None:
    assert describe(thing).library == library


def test_a_library_is_loaded_only_when_it_already_was() -> None:
    start = "from tensorlab.memory.registry import describe\n"
    assert loaded(f"{start}describe([1.5]); describe(b'abc')", LIBRARIES) == frozenset()
    assert loaded(f"import numpy\n{start}describe([1.5]); describe(numpy.zeros(3))", LIBRARIES) == {"numpy"}
    assert loaded(f"import torch\n{start}describe([1.5])", LIBRARIES) >= {"torch"}, "the probe can see a library"


def test_a_library_that_is_blocked_is_not_there() -> None:
    ran = run_python(
        "import sys\n"
        "sys.modules['torch'] = None\n"
        "import numpy\n"
        "from tensorlab.memory.registry import describe\n"
        "print(describe(numpy.zeros(3)).type)"
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "numpy.ndarray\n", "")


class Frame:
    """As pandas has it."""

    def to_numpy(self) -> Any:
        return np.zeros(1)


class Capsule:
    """As any array library has it."""

    def __dlpack__(self) -> Any:
        return None


RELEASED = memoryview(b"abc")
RELEASED.release()


@pytest.mark.parametrize(
    ("thing", "hint"),
    [
        (3, "give a list, tuple"),
        (None, "give a list, tuple"),
        (1.5, "give a list, tuple"),
        (object(), "give a list, tuple"),
        ("text", r"text\.encode\(\)"),
        ({1: 2}, r"list\(mapping\.values\(\)\)"),
        ({1}, r"give list\(\.\.\.\) of it"),
        ((n for n in range(3)), r"give list\(\.\.\.\) of it"),
        (iter([1]), r"give list\(\.\.\.\) of it"),
        ({}.keys(), r"give list\(\.\.\.\) of it"),
        (Frame(), r"give numpy\.asarray\(\.\.\.\) of it"),
        (Capsule(), r"give numpy\.asarray\(\.\.\.\) of it"),
        (RELEASED, "the memoryview is released"),
        (list, "give a list, tuple"),
    ],
    ids=lambda column: type(column).__name__,
)
def test_what_has_no_memory_to_read_says_what_to_do(thing: object, hint: str) -> None:
    with pytest.raises(UnsupportedError, match=f"(?s)an object of type {type(thing).__name__} .*hint: .*{hint}"):
        describe(thing)


class Answers:
    """Says yes to everything."""

    def __getattr__(self, name: str) -> Any:
        return self

    def __call__(self, *_: Any, **__: Any) -> Any:
        return self


class Raises:
    """Raises at everything."""

    def __getattribute__(self, name: str) -> Any:
        raise ZeroDivisionError(name)

    def __len__(self) -> int:
        raise ZeroDivisionError

    def __iter__(self) -> Any:
        raise ZeroDivisionError


def liar(kind: type) -> object:
    """An object that says it is of that class, as mocks do."""
    return type("Liar", (), {"__class__": property(lambda _: kind)})()


def test_objects_that_lie_or_raise_are_refused_by_their_type() -> None:
    liars = map(liar, (list, tuple, np.ndarray, np.float64, torch.Tensor, bytes, memoryview))
    mocks = (MagicMock(spec=kind) for kind in (list, tuple, np.ndarray, torch.Tensor))
    for thing in (Answers(), Raises(), MagicMock(), *liars, *mocks):
        with pytest.raises(UnsupportedError, match="has no elements in memory to describe"):
            describe(thing)


def test_no_other_exception_of_a_foreign_object_escapes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tensorlab.memory.pylist.describe", lambda _: 1 / 0)
    with pytest.raises(TensorlabError, match="type list does not tell its memory: ZeroDivisionError: division by zero"):
        describe([1])


class RudeType(type):
    """A class that raises when it is asked for anything."""

    def __getattribute__(cls, name: str) -> Any:
        raise ZeroDivisionError(name)


def test_a_class_that_raises_is_refused_by_its_name() -> None:
    with pytest.raises(UnsupportedError, match="an object of type Rude has no elements in memory"):
        describe(RudeType("Rude", (), {})())


def test_what_holds_arrays_leads_to_retains() -> None:
    for thing in ({"w": 1}, torch.nn.Linear(1, 1)):
        with pytest.raises(UnsupportedError, match="retains and sharing_map"):
            describe(thing)


def test_names_in_messages_move_no_cursor() -> None:
    odd = type("\x1b[31m\u202e\nName", (), {})()
    with pytest.raises(UnsupportedError, match="has no elements") as caught:
        describe(odd)
    assert caught.value.message.startswith(r"an object of type \x1b[31m\u202e\nName has no elements")
    with pytest.raises(UnsupportedError, match=r"x{200}… has no elements"):
        describe(type("x" * 10**6, (), {})())
