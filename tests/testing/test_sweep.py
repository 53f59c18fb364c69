from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import torch

from tensorlab.testing.calling import Subject
from tensorlab.testing.specs import slot
from tensorlab.testing.sweep import Budget, Watch, sweep

if TYPE_CHECKING:
    from tensorlab.progress import Progress
    from tensorlab.testing.record import Case

ANY = (slot("float32[...]"),)


def test_refusals_take_nothing_from_the_budget_and_hide_nothing() -> None:
    def views_first(x: torch.Tensor) -> torch.Tensor:
        x.view(-1)  # refuses what is not contiguous enough
        return x.as_strided(x.shape, torch.empty(x.shape).stride(), 0)  # forgets the offset

    tally = sweep(Subject(views_first, ANY), Budget(200))
    assert tally.tested == 200
    assert sum(tally.refused.values()) > 50
    assert {one.verdict for one in tally.findings} == {"SILENT-WRONG"}


def test_shapes_that_contiguous_arguments_may_not_have_are_tried_once() -> None:
    calls = []

    def matrices_only(x: torch.Tensor) -> torch.Tensor:
        calls.append(x.shape)
        if x.ndim != 2:
            raise ValueError(x.ndim)
        return x.t()

    tally = sweep(Subject(matrices_only, ANY), Budget(100))
    assert tally.tested == 100
    assert {len(shape) for shape in calls} == {0, 1, 2, 3, 4, 5}
    assert len([shape for shape in calls if len(shape) != 2]) == sum(tally.skipped.values())


def test_nothing_can_be_tested_where_everything_is_refused() -> None:
    def never(x: object) -> object:
        raise ValueError(x)

    tally = sweep(Subject(never, ANY), Budget(100))
    assert (tally.tested, tally.alive, tally.findings) == (0, 0, ())


def test_the_same_seed_finds_the_same() -> None:
    def flat(x: torch.Tensor) -> torch.Tensor:
        return x.as_strided((x.numel(),), (1,))

    first, second, other = (sweep(Subject(flat, ANY, seed=seed), Budget(60)) for seed in (1, 1, 2))
    assert first.findings == second.findings
    assert first.findings != other.findings


def test_who_looks_on_is_told_and_may_leave_calls_out() -> None:
    seen: list[tuple[int, Case]] = []
    told: list[Progress] = []

    def before(number: int, case: Case) -> bool:
        seen.append((number, case))
        return number % 2 == 0

    tally = sweep(Subject(torch.neg, ANY), Budget(50), Watch(before, told.append))
    assert tally.tested == 50
    assert tally.skipped["not called"] == len(seen) // 2
    assert [number for number, _ in seen] == list(range(len(seen)))
    assert [one.total for one in told] == [50] * len(told)
    assert len(told) >= 20


def test_time_may_run_out() -> None:
    assert sweep(Subject(torch.neg, ANY), Budget(10**9, seconds=0.05)).tested < 10**6


def test_generators_and_warnings_are_left_as_they_were() -> None:
    state = torch.get_rng_state()

    def loud(x: torch.Tensor) -> torch.Tensor:
        warnings.warn("loud", stacklevel=1)
        return x + torch.rand(())

    tally = sweep(Subject(loud, ANY), Budget(30))
    assert tally.tested == 30
    assert torch.equal(torch.get_rng_state(), state)


def test_classes_are_counted_by_calls() -> None:
    tally = sweep(Subject(torch.add, ANY * 2), Budget(100))
    assert 0 < tally.classes["permuted"] <= tally.tested
