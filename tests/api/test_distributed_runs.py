from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from support.teams import CREW, FAILURE, PRODUCT, STEP, TRANSFER

import tensorlab
from tensorlab.api import distributed_runs
from tensorlab.api.distributed_runs import (
    distributed_figure,
    distributed_run,
    imagined_run,
    plan_of,
    require_ranks,
    run_as_rank,
    threads_of_a_rank,
)
from tensorlab.distributed import launching, ranks
from tensorlab.distributed.launching import Launch, Outcome
from tensorlab.errors import LayoutError, UnavailableError, UnknownNameError

if TYPE_CHECKING:
    from tensorlab.progress import Progress


def test_a_plan_from_words() -> None:
    assert plan_of().parts == ("collectives", "products", "alexnet")
    assert plan_of(["alexnet", "alexnet"]).parts == ("alexnet",)
    assert (plan_of().rounds, plan_of(full=True).rounds, len(plan_of(full=True).sizes)) == (5, 15, 10)
    assert plan_of(sizes=[8], side=9, batch=2, device="cuda").side == 9
    with pytest.raises(UnknownNameError, match="no part of a distributed run is called 'alex'"):
        plan_of(["alex"])


def test_threads_are_shared() -> None:
    assert threads_of_a_rank(1) >= threads_of_a_rank(2) >= threads_of_a_rank(10**6) == 1
    assert threads_of_a_rank(None) >= 1


def test_rows_and_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    def launch(launched: Launch, module: str, *arguments: str, watch: Any) -> Outcome:
        assert (launched.ranks, module) == (2, "tensorlab.distributed.worker")
        assert '"side": 1024' in arguments[0]
        rows: list[Any] = [CREW, TRANSFER, PRODUCT, STEP]
        for count in (0, 1, 2, 2, 4):
            watch(rows[:count])
        return Outcome(rows, FAILURE, False)

    monkeypatch.setattr(launching, "launch", launch)
    seen: list[Progress] = []
    run = distributed_run(plan_of(), Launch(ranks=2), progress=seen.append)
    assert (run.crew, run.transfers, run.products, run.replicas) == (CREW, (TRANSFER,), (PRODUCT,), (STEP,))
    assert (run.failure, run.rows) == (FAILURE, 3)
    assert [(one.label, one.done, one.total) for one in seen] == [
        ("2 ranks", 0, 18),
        ("2 ranks", 0, 18),
        ("2 ranks", 1, 18),
        ("2 ranks", 3, 18),
    ]
    assert tensorlab.show(run).text() == distributed_figure(run).text()


@pytest.mark.parametrize(
    ("plan", "count", "error", "words"),
    [
        (plan_of(["collectives"]), 0, LayoutError, "ranks are 1 to 256 on one machine; got 0"),
        (plan_of(["collectives"]), 257, LayoutError, "got 257"),
        (plan_of(device="cuda"), 250, UnavailableError, "250 ranks on cuda need as many devices; torch reports"),
        (plan_of(["collectives"], sizes=[2**40]), 200, UnavailableError, "collectives on 200 ranks need 879609.3 GB"),
    ],
)
def test_what_the_machine_has_no_place_for(plan: Any, count: int, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        require_ranks(plan, count)


def test_a_rank_of_others_tells_only_if_it_is_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.setenv("RANK", "1")
    plan = replace(plan_of(["collectives"]), sizes=(4096,))
    for number, told in ((0, CREW), (1, None)):
        rows = iter([(number, CREW), (number, TRANSFER)])
        monkeypatch.setattr(ranks, "measured", lambda plan, note, rows=rows: rows)  # noqa: ARG005 - as it is called
        run = run_as_rank(plan)
        assert (None if run is None else run.crew) == told


def test_a_rank_of_others_says_where_it_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    def measured(plan: Any, note: Any) -> Any:
        note(f"row product of {plan.side}")
        yield 1, CREW
        raise RuntimeError("Connection closed by peer [127.0.0.1]:80")

    monkeypatch.setenv("RANK", "1")
    monkeypatch.setattr(ranks, "measured", measured)
    with pytest.raises(UnavailableError, match=r"rank 1 failed: Connection closed by peer .*, in row product of 1024"):
        run_as_rank(plan_of())


def test_ranks_that_nobody_starts() -> None:
    run = imagined_run(4, 6)
    assert [one.name for one in run.products] == ["row", "column", "inner", "2-D"]
    assert run.products[3].matrices[2].sharding.mesh == (2, 2)
    assert (run.asked, run.wrong, run.replicas) == (4, (), ())
    with pytest.raises(LayoutError, match="1 to 1,048,576; got 0"):
        imagined_run(0)
    assert distributed_runs.MOST_RANKS == 256
