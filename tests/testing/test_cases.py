from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import pytest
import torch

from tensorlab.testing.calling import Subject
from tensorlab.testing.cases import Planner
from tensorlab.testing.frames import frames
from tensorlab.testing.record import CLASSES
from tensorlab.testing.specs import slot

if TYPE_CHECKING:
    from tensorlab.testing.record import Case, Contract, LayoutClass


def first(count: int, *specs: str, contract: tuple[Contract, ...] = ("pure",), seed: int = 0) -> list[Case]:
    subject = Subject(len, tuple(map(slot, specs)), contract=contract, seed=seed)
    return [plan.case for plan in islice(Planner(subject, frames(subject.specs)).plans(), count)]


@pytest.mark.parametrize("arguments", [1, 2, 3, 4])
def test_the_first_200_cases_hold_every_class_for_every_argument(arguments: int) -> None:
    cases = first(200, *["float32[...]"] * arguments)
    wanted = set(CLASSES) - {"conj", "neg", "negative stride"}
    for position in range(arguments):
        assert {name for case in cases for name in case.arguments[position].classes} >= wanted


@pytest.mark.parametrize("arguments", [2, 3, 4])
def test_each_argument_is_odd_alone_and_all_are_odd_alike_and_apart(arguments: int) -> None:
    cases = first(200, *["float32[...]"] * arguments)
    plain = frozenset({"contiguous"})
    permuted = [[argument for argument in case.arguments if "permuted" in argument.classes] for case in cases]
    for position in range(arguments):
        assert any(
            "permuted" in case.arguments[position].classes
            and all(other.classes <= plain for at, other in enumerate(case.arguments) if at != position)
            for case in cases
        )
    assert any(len(odd) == arguments and len({one.layout.strides for one in odd}) == 1 for odd in permuted)
    assert any(len(odd) > 1 and len({one.layout.strides for one in odd}) > 1 for odd in permuted)


def test_of_three_all_but_one_are_odd_alike() -> None:
    cases = first(200, *["float32[...]"] * 3)
    for position in range(3):
        others = [at for at in range(3) if at != position]
        assert any(
            case.arguments[position].classes == {"contiguous"}
            and all("permuted" in case.arguments[at].classes for at in others)
            and len({case.arguments[at].layout.strides for at in others}) == 1
            for case in cases
        )


def test_a_fixed_shape_varies_in_layout_alone() -> None:
    cases = first(200, "float32[2, 3, 4]")
    assert {case.arguments[0].layout.shape for case in cases} == {(2, 3, 4)}
    assert len({case.arguments[0].layout.strides for case in cases}) > 40
    dense = {case.arguments[0].layout.strides for case in cases if "permuted" in case.arguments[0].classes}
    assert len(dense) >= 5  # all that there are beside C order


def test_what_is_written_shares_no_bytes_within_itself() -> None:
    cases = first(300, "float32[...]", "float32[...]", contract=("in-place",))
    assert not any(case.arguments[0].classes & {"stride 0", "overlapping"} for case in cases)
    assert any(case.arguments[1].classes & {"stride 0", "overlapping"} for case in cases)


def test_arguments_lie_together_where_they_may() -> None:
    cases = first(200, "float32[n]", "float32[n]", contract=("in-place", "alias-ok"))
    together = [case for case in cases if case.together]
    assert len(together) > 40
    begins = {two.layout.offset - one.layout.offset for one, two in (case.arguments for case in together)}
    assert min(begins) < 0 < max(begins)
    assert 0 in begins


def test_the_same_seed_gives_the_same_cases() -> None:
    assert first(100, "float32[...]", seed=3) == first(100, "float32[...]", seed=3)
    assert first(100, "float32[...]", seed=3) != first(100, "float32[...]", seed=4)


def test_a_frame_that_was_given_up_is_not_drawn_again() -> None:
    subject = Subject(len, (slot("float32[...]"),))
    planner = Planner(subject, frames(subject.specs))
    planner.dead.update(range(1, len(frames(subject.specs))))
    assert {plan.frame for plan in islice(planner.plans(), 50)} == {0}
    planner.dead.add(0)
    assert list(planner.plans()) == []


def test_complex_numbers_have_a_conj_bit_and_arrays_run_backwards() -> None:
    assert any(case.arguments[0].conj for case in first(50, "complex64[...]"))
    assert any("negative stride" in case.arguments[0].classes for case in first(50, "np float32[...]"))


def test_a_neg_bit_comes_with_complex_numbers_or_where_it_is_asked_for() -> None:
    def bits(one: object, classes: list[LayoutClass] | None = None) -> int:
        subject = Subject(len, (slot(one, classes),))
        plans = islice(Planner(subject, frames(subject.specs)).plans(), 200)
        return sum(plan.case.arguments[0].neg for plan in plans)

    assert bits("float32[...]") == bits("float32|float64[n]") == bits(torch.ones(2, 3)) == 0
    assert bits("float32|complex64[...]") > 0
    assert bits("float32[...]", ["neg", "gaps"]) > 0
