from __future__ import annotations

from typing import Any

import pytest

from tensorlab.errors import UnsupportedError
from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.views.arguments import MOST_PIECES, Given, pieces, spread, unsupported
from tensorlab.views.calls import Call
from tensorlab.views.record import Select, View

VIEW = View(Layout((), ()), dtype("int8"))


def test_arguments_come_by_position_and_by_name() -> None:
    given = Given(Call("f", (1, None), (("axis", 3), ("only", True))), "a b dim", "only")
    assert (given.integer("a"), given.optional("b"), given.integer("dim")) == (1, None, 3)
    assert given.truth("only")
    assert given.has("b")
    assert not Given(Call("f"), "a").has("a")
    assert Given(Call("f"), "a").integer("a", 7) == 7
    assert Given(Call("f", (VIEW,)), "a").view("a") == VIEW
    assert Given(Call("f", (VIEW.dtype,)), "a").kind("a") == VIEW.dtype
    assert Given(Call("f", ((1, 2),)), "a").sizes("a") == Given(Call("f", ([1, 2],)), "a").sequence("a") == (1, 2)
    assert Given(Call("f", (5,)), "a").sizes("a") == (5,)
    assert Given(Call("f", (None,)), "a").word("a", ("C", "F"), "C") == "C"


BAD: list[tuple[str, Any]] = [
    ("integer", True), ("integer", None), ("optional", "1"), ("truth", 1), ("word", "Q"), ("word", ["C"]),
    ("sizes", 1.5), ("sizes", (1, None)), ("sequence", 1), ("view", 1), ("kind", "int8"),
]  # fmt: skip


@pytest.mark.parametrize(("ask", "value"), BAD)
def test_a_value_of_another_kind_is_told(ask: str, value: Any) -> None:
    given = Given(Call("f", (value,)), "a")
    with pytest.raises(UnsupportedError, match=r"(?s)cannot follow f.*hint: f takes a"):
        getattr(given, ask)("a", ("C", "F")) if ask == "word" else getattr(given, ask)("a")


@pytest.mark.parametrize(
    "call",
    [Call("f", (1, 2)), Call("f", (1,), (("a", 2),)), Call("f", (), (("b", 2),)), Call("f", (2**63,))],
    ids=str,
)
def test_arguments_that_are_none_of_the_parameters_are_told(call: Call) -> None:
    with pytest.raises(UnsupportedError, match="cannot follow f"):
        Given(call, "a")


def test_numbers_beyond_64_bits_are_seen_inside_tuples_and_slices() -> None:
    for value in ((2**64,), [-(2**64)], slice(2**64), (slice(None, None, 2**63),)):
        with pytest.raises(UnsupportedError, match="integers are of 64 bits"):
            Given(Call("f", (value,)), "a")
    assert Given(Call("f", ((2**63 - 1,),)), "a").sizes("a") == (2**63 - 1,)


def test_integers_are_spread_or_packed() -> None:
    for args in ((1, 2), ((1, 2),), ([1, 2],)):
        assert spread(Call("f", args), "sizes").sizes("sizes") == (1, 2)
    with pytest.raises(UnsupportedError, match="integers, one by one or as a tuple"):
        spread(Call("f", (1, "C")), "sizes")


def test_pieces_have_a_cap() -> None:
    assert pieces(Call("f"), [Select(0, 0)]).each == (Select(0, 0),)
    with pytest.raises(UnsupportedError, match="at most 65,536 views are listed"):
        pieces(Call("f"), [Select(0, 0)] * (MOST_PIECES + 1))
    assert str(unsupported(Call("f"), "nothing")) == "cannot follow f()\nhint: f takes nothing"
