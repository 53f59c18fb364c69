from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import torch

from tensorlab.testing.calling import Subject
from tensorlab.testing.record import Finding
from tensorlab.testing.specs import slot
from tensorlab.testing.walking import Refused, Skipped, live_cases, walked

if TYPE_CHECKING:
    from tensorlab.testing.judging import Judge
    from tensorlab.testing.record import Case

SUBJECT = Subject(torch.neg, (slot("float32[n, m]"),))


def test_cases_are_those_that_contiguous_arguments_are_taken_of() -> None:
    def square(x: torch.Tensor) -> torch.Tensor:
        if x.shape[0] != x.shape[1]:
            raise ValueError(x.shape)
        return x

    subject = Subject(square, (slot("float32[n, m]"),))
    shapes = {case.arguments[0].layout.shape for case, _ in islice(live_cases(subject), 50)}
    assert shapes
    assert all(rows == columns for rows, columns in shapes)


def test_answers_are_counted() -> None:
    turn = iter(range(10_000))

    def ask(case: Case, _judge: Judge) -> Finding | None:
        number = next(turn)
        if number % 4 == 0:
            raise Refused("no")
        if number % 4 == 1:
            raise Skipped("why")
        return Finding(verdict="MUTATED", contract="value", case=case, message="") if number % 4 == 2 else None

    found = walked(SUBJECT, 20, ask)
    assert found.tested == 20
    assert dict(found.refused)["no"] >= 9
    assert dict(found.skipped)["why"] >= 9
    assert len(found.findings) == 1
    assert found.target.endswith("neg")


def test_a_question_that_nothing_answers_ends() -> None:
    def ask(_case: Case, _judge: Judge) -> Finding | None:
        raise Skipped("never")

    assert walked(SUBJECT, 5, ask).skipped == (("never", 20),)
