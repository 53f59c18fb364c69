"""What operators do, as their schemas say."""

from __future__ import annotations

import pytest
import torch

from tensorlab.dispatch.kinds import BARE, KINDS, kind_of

ATEN = torch.ops.aten


@pytest.mark.parametrize(
    ("func", "writes", "view", "lists"),
    [
        (ATEN.mul.Tensor, False, False, ()),
        (ATEN.mul_.Tensor, True, False, ()),
        (ATEN.slice.Tensor, False, True, ()),
        (ATEN._foreach_mul_.List, True, False, (0,)),
        (ATEN._foreach_mul.List, False, False, ()),
        (ATEN.split.Tensor, False, True, ()),
    ],
    ids=str,
)
def test_schemas_say_what_is_written_and_viewed(func: object, *, writes: bool, view: bool, lists: object) -> None:
    facts = kind_of(func)
    assert (facts.writes, facts.view, facts.lists, facts.own) == (writes, view, lists, True)
    assert KINDS[id(func)] is facts


def test_what_has_no_schema_does_nothing_that_is_known() -> None:
    facts = kind_of(len)
    assert facts == (facts.name, False, False, len, (), False, False)
    assert facts[1:3] == BARE[1:3]
    del KINDS[id(len)]
