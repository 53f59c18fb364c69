from __future__ import annotations

from dataclasses import replace

import pytest
from support.teams import FAILURE, PRODUCT, RUN, STEP, TRANSFER

from tensorlab.distributed.record import DistributedRun, Plan
from tensorlab.errors import LayoutError


@pytest.mark.parametrize(
    ("field", "value"),
    [("side", 0), ("batch", -1), ("rounds", 0), ("patience", float("nan")), ("sizes", (4, 0)), ("threads", 0)],
)
def test_a_plan_refuses_numbers_that_cannot_be(field: str, value: object) -> None:
    with pytest.raises(LayoutError, match="is from 1 to"):
        Plan(**{field: value})  # type: ignore[arg-type]  # that is what is tested


def test_a_plan_has_something_to_do() -> None:
    with pytest.raises(LayoutError, match="a part or more"):
        Plan(parts=())
    assert Plan().rows == 4 * 3 + 4 + 2


def test_what_is_wrong_is_told() -> None:
    assert RUN.wrong == ()
    a = PRODUCT.matrices[0]
    moved = replace(a, pieces=(replace(a.pieces[0], nbytes=0), a.pieces[1]))
    wrong = replace(
        RUN,
        transfers=(replace(TRANSFER, wrong=3),),
        products=(replace(PRODUCT, error=float("nan"), matrices=(moved, *PRODUCT.matrices[1:])),),
        replicas=(replace(STEP, error=float("inf"), agree=False),),
    )
    assert wrong.wrong == (
        "all_reduce of 4,096 B: 3 wrong",
        "row product: error nanx what rounding allows",
        "row product: ranks 0 hold another a than its placements tell",
        "training step: differs from one process by inf of the largest value",
        "training step: ranks do not hold the same bits",
    )


def test_a_run_is_a_line() -> None:
    assert str(RUN) == "3 of 18 rows measured on 2 ranks over gloo"
    assert str(replace(RUN, failure=FAILURE)).endswith("; rank 1 was ended by SIGKILL, in all_reduce of 4,096 B")
    assert str(DistributedRun(asked=2, plan=Plan(), crew=None, interrupted=True)).endswith("no ranks; interrupted")
