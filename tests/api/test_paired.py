from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import torch
from support.timing import MEASURED

import tensorlab
from tensorlab import TensorlabError
from tensorlab.bench.pairing import measuring
from tensorlab.bench.selfcheck import own_calls
from tensorlab.codec import decode, encode

if TYPE_CHECKING:
    from tensorlab.bench.pairing.measuring import Plan
    from tensorlab.bench.pairing.record import Measured

SHORT = 0.01


def test_every_raw_value_is_kept_and_comes_back_from_json() -> None:
    found = tensorlab.measure({"a": lambda: sum(range(100)), "b": lambda: sum(range(5000))}, seconds=SHORT)
    assert [(one.of, one.to, one.verdict) for one in found.ratios] == [("b", "a", "slower")]
    assert all(len(one.cpu) == len(one.wall) == len(one.switches) for one in found.blocks)
    assert decode(type(found), encode(found)) == found
    assert "b / a" in tensorlab.show(found).text()


def test_threads_are_set_while_it_is_measured_and_given_back() -> None:
    before, seen = torch.get_num_threads(), set[int]()

    def call() -> None:
        seen.add(torch.get_num_threads())

    assert tensorlab.measure({"a": call}, threads=2, seconds=SHORT).clock == "wall"
    assert seen >= {2}
    assert torch.get_num_threads() == before


def test_fresh_functions_make_the_call() -> None:
    made: list[int] = []

    def make() -> object:
        made.append(1)
        return lambda: sum(range(50))

    found = tensorlab.measure({"a": make}, fresh=True, seconds=SHORT)
    assert (len(made), found.fresh, found.ratios) == (8, True, ())


@pytest.mark.parametrize(
    ("functions", "options", "words"),
    [
        ([len], {}, "functions are given by name"),
        ({}, {}, "the mapping is empty"),
        ({" ": len}, {}, "called by a word"),
        ({"a": 3}, {}, "a is no function without arguments; got 3"),
        ({"a": dict}, {"seconds": True}, "seconds are a number above 0"),
        ({"a": dict}, {"seconds": float("nan")}, "seconds are a number above 0"),
        ({"a": dict}, {"seconds": 1e9}, "up to 3600"),
        ({"a": dict}, {"fresh": 1}, "fresh is True or False"),
        ({"a": dict}, {"seed": -1}, "a seed is a whole number"),
        ({"a": dict}, {"threads": 0}, "threads are a whole number"),
        ({"a": list}, {"fresh": True}, r"a made no function; got \[\]"),
        ({"a": lambda x: x}, {}, "a raised TypeError"),
    ],
)
def test_bad_input_is_told_in_a_sentence(functions: Any, options: dict[str, Any], words: str) -> None:
    with pytest.raises(TensorlabError, match=words):
        tensorlab.measure(functions, **options)


def test_what_is_asked_for_is_the_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    plans: list[Plan] = []

    def fake(_prepare: object, plan: Plan) -> Measured:
        plans.append(plan)
        return MEASURED

    monkeypatch.setattr(measuring, "measured", fake)
    tensorlab.measure({"a": dict}, threads="1", seconds=2, fresh=False, seed=7)
    assert [(one.seconds, one.threads, one.fresh, one.seed) for one in plans] == [(2.0, 1, False, 7)]


def test_doubts_are_of_the_libraries_that_were_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[frozenset[str]] = []

    def fake(found: Measured, libraries: frozenset[str], *_rest: object) -> Measured:
        seen.append(libraries)
        return found

    monkeypatch.setattr(own_calls, "checked", fake)
    tensorlab.measure({"a": dict}, seconds=SHORT)
    assert seen == [frozenset({"list", "numpy", "torch"})]
