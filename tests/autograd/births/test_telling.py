from __future__ import annotations

import pytest
import torch

from tensorlab.autograd.births.lineage import lineage
from tensorlab.autograd.births.telling import Seen, birth_at, is_custom
from tensorlab.dispatch.tracer import Tracer


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("exp", "Inf first made by exp LINE: 1 of 2 elements, from finite inputs"),
        (
            "sub",
            "NaN first made by sub LINE: 1 of 2 elements, from an infinity of exp LINE",
        ),
    ],
)
def test_a_birth_and_what_it_was_made_of(name: str, told: str) -> None:
    x = torch.tensor([1.0, 100.0], requires_grad=True)
    with Tracer() as tracer:
        y = x.exp() - x.exp()
    calls = tracer.calls
    seen = Seen(tracer, tracer, calls, lineage(calls), len(calls), tracer.tensor_number(y))
    number = next(call.number for call in calls if name in call.name)
    told_line = calls[0].line
    assert str(birth_at(seen, number)) == told.replace("LINE", told_line)


def test_a_node_of_torchs_has_a_number_in_its_name() -> None:
    assert [is_custom(name) for name in ("BadBackward", "SqrtBackward0", "AccumulateGrad")] == [True, False, False]
