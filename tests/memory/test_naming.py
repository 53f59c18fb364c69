from __future__ import annotations

import mmap
from typing import Any

import pytest

import tensorlab
from tensorlab.errors import UnsupportedError
from tensorlab.memory.naming import module_of, reason, short_name, type_name
from tensorlab.memory.record import MemoryMap


class Outer:
    class Inner:
        pass


@pytest.mark.parametrize(
    ("thing", "name"),
    [
        (b"", "bytes"),
        ([], "list"),
        (mmap.mmap(-1, 1), "mmap.mmap"),
        (Outer.Inner(), f"{__name__}.Outer.Inner"),
    ],
)
def test_a_type_is_named_with_its_module_unless_it_is_a_builtin(thing: Any, name: str) -> None:
    assert type_name(thing) == name


class RudeError(Exception):
    def __str__(self) -> str:
        raise ZeroDivisionError


@pytest.mark.parametrize(
    ("error", "words"),
    [(ValueError("one\ntwo"), "one"), (KeyError(), "KeyError"), (RudeError("one"), "RudeError"), (OSError("\n"), "")],
)
def test_the_reason_is_one_line(error: Exception, words: str) -> None:
    assert reason(error) == words


def refuse(_: object) -> Any:
    raise RuntimeError("no name")


class Meta(type):
    __name__ = property(refuse)
    __module__ = property(refuse)


class Guarded(type):
    def __getattribute__(cls, name: str) -> Any:
        raise RuntimeError(name)


@pytest.mark.parametrize("meta", [Meta, Guarded])
@pytest.mark.parametrize("base", [object, list, dict, bytearray])
def test_a_metaclass_is_not_asked_for_a_name(meta: type, base: type) -> None:
    thing = meta("Odd", (base,), {"__module__": "far"})()
    assert (type_name(thing), short_name(thing), module_of(type(thing))) == ("far.Odd", "Odd", "far")
    if base is list:
        assert tensorlab.describe(thing).type == "Odd"
        assert isinstance(tensorlab.show(thing).data, MemoryMap)
    elif base is not bytearray:
        with pytest.raises(UnsupportedError, match="type Odd has no elements"):
            tensorlab.show(thing)


def test_a_module_that_is_no_word() -> None:
    assert type_name(type("Odd", (), {"__module__": 3})()) == "?.Odd"
