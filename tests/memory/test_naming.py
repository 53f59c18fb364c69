from __future__ import annotations

import mmap
from typing import Any

import pytest

from tensorlab.memory.naming import reason, type_name


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
