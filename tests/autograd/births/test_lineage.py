from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tensorlab.autograd.births.lineage import is_view, lineage, short, written_by
from tensorlab.autograd.births.words import birth
from tensorlab.dispatch.record import OpCall


def call(number: int, name: str, given: Any, gave: Any, *, writes: bool = False) -> OpCall:
    """A call whose tensors are told by number, each with its NaN and infinities."""
    taken, made = tuple(given), tuple(gave)
    return OpCall(
        number=number,
        name=f"aten.{name}.default",
        tensors=(taken, made),
        storages=(taken, made),
        versions=tuple((0, int(writes and place == 0)) for place, _ in enumerate(taken)),
        odd=(tuple(given.values()), tuple(gave.values())),
    )


def test_an_infinity_becomes_a_nan() -> None:
    found = lineage(
        [
            call(0, "mul", {0: (0, 0)}, {1: (0, 2)}),
            call(1, "neg", {1: (0, 2)}, {2: (0, 2)}),
            call(2, "sub", {1: (0, 2), 2: (0, 2)}, {3: (2, 0)}),
        ]
    )
    assert [taint.makes for taint in found.taints.values()] == [True, False, True]
    assert found.ancestors([2]) == {0, 1, 2}


def test_what_a_call_wrote_and_did_not_give_is_found_where_it_is_used() -> None:
    found = lineage([call(0, "_foreach_div_", {0: (0, 0)}, {}, writes=True), call(1, "mul", {0: (1, 0)}, {1: (1, 0)})])
    assert found.taints[0].makes
    assert found.taints[1].parents == {0}


def test_what_nobody_made_came_in() -> None:
    found = lineage([call(0, "mul", {0: (1, 0)}, {1: (1, 0)})])
    assert found.taints[0].came == [(0, (1, 0))]


def test_memory_that_is_written_over_is_not_read() -> None:
    found = lineage([call(0, "empty", {}, {0: (3, 0)}), call(1, "fill_", {0: (3, 0)}, {0: (0, 0)}, writes=True)])
    assert birth(call(0, "empty", {}, {0: (3, 0)}), found.taints[0]).source == "uninitialised"
    assert 1 not in found.taints


@pytest.mark.parametrize(("name", "said"), [("aten.log.default", "log"), ("aten._log_softmax.default", "log_softmax")])
def test_short_names(name: str, said: str) -> None:
    assert short(name) == said


def test_a_call_that_reached_no_operator_makes_nothing() -> None:
    log = call(0, "log", {0: (0, 0)}, {1: (1, 0)})
    read = replace(call(1, "grad", {2: (0, 0)}, {1: (1, 0)}), name="Tensor.grad.__get__", call="Tensor.grad.__get__")
    found = lineage([log, read, call(2, "mul", {1: (1, 0)}, {3: (1, 0)})])
    assert sorted(found.taints) == [0, 2]
    assert found.taints[2].root == 0


def test_what_was_written_through_a_view_that_is_gone() -> None:
    view = OpCall(number=1, name="aten.select.int", tensors=((1,), (2,)), storages=((1,), (1,)), versions=((0, 0),))
    write = OpCall(
        number=2,
        name="aten.copy_.default",
        tensors=((2, 3), (2,)),
        storages=((1, 3), (1,)),
        versions=((0, 0), (0, 0)),
        odd=(((0, 0), (1, 0)), ((1, 0),)),
    )
    found = lineage([call(0, "mul", {0: (0, 0)}, {1: (0, 0)}), view, write, call(3, "sum", {1: (1, 0)}, {4: (1, 0)})])
    assert found.taints[3].parents == {2}
    assert 0 not in found.taints
    assert (written_by(write), is_view(view, [])) == ([0], True)


def test_the_root_is_told_without_walking_back() -> None:
    calls = [call(n, "exp" if n == 0 else "neg", {n: (0, int(n > 0))}, {n + 1: (0, 1)}) for n in range(2000)]
    found = lineage(calls)
    assert {taint.root for taint in found.taints.values()} == {0}
