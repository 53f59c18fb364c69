"""The scoreboard: the judge that all generators have, the sizes they are given, the table."""

from __future__ import annotations

import json
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from support.probe import ROOT, run_python

from benchmarks.contest.examples import Counterexample, summary
from benchmarks.contest.judging import NotJudgedError, broken
from benchmarks.contest.loops import as_wanted, seeded_hunt, wants
from benchmarks.contest.ours import OURS
from benchmarks.contest.peers import PEERS
from benchmarks.contest.record import Entrant, Row
from benchmarks.contest.shapes import MOST, shapes
from benchmarks.planted.record import tensor
from benchmarks.planted.table import PLANTED
from benchmarks.scoreboard import contest, line, main
from tensorlab.testing.source import Seeded

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.contest.judging import Thing
    from tensorlab.testing.record import Contract

BY_NAME = {one.name: one for one in PLANTED}
X = torch.arange(6.0).view(2, 3)


def stray(x: torch.Tensor) -> torch.Tensor:
    if not x.is_contiguous():
        torch.empty(0).set_(x.untyped_storage())[1] = 9
    return x.sum()


def refusing(x: torch.Tensor) -> torch.Tensor:
    return x.view(-1)


@pytest.mark.parametrize(
    ("function", "contract", "argument", "word"),
    [
        (lambda x: x.as_strided((6,), (1,)), ("value",), X.t(), "SILENT-WRONG"),
        (lambda x: x.reshape(-1), ("value",), X.t(), None),
        (lambda x: x.contiguous().mul_(2), ("pure",), X.t(), "MUTATED"),
        (stray, ("pure",), torch.arange(6.0)[::2], "STRAY-WRITE"),
        (lambda x: x.contiguous(), ("fresh",), X.t(), "ALIAS"),
        (lambda x: x.contiguous(), ("view",), X.t(), "ALIAS"),
        (lambda x: x.t(), ("view",), X.t(), None),
        (lambda x: x * 1, ("contiguous-out",), X.t(), "SILENT-WRONG"),
        (refusing, ("total",), X.t(), "REFUSED"),
        (lambda x: x.ravel(order="K"), ("value",), np.asfortranarray(X.numpy()), "SILENT-WRONG"),
        (lambda x: x.add_(1), ("in-place",), X.clone().t(), None),
    ],
)
def test_the_judge_names_the_broken_promise(
    function: Callable[..., Any], contract: tuple[Contract, ...], argument: Thing, word: str | None
) -> None:
    assert broken(function, contract, [argument]) == word


def test_the_judge_says_when_it_cannot_tell() -> None:
    with pytest.raises(NotJudgedError, match="view size is not compatible"):
        broken(refusing, ("pure",), [X.t()])
    with pytest.raises(NotJudgedError, match="never"):
        broken(_never, ("total",), [X])


def _never(_: torch.Tensor) -> None:
    raise ValueError("never")


def test_a_name_is_one_size_and_arguments_stay_small() -> None:
    specs = (tensor("n", "m"), tensor("k", kinds="int64", below="n"), tensor("m", "..."), tensor("..."))
    seen = [shapes(Seeded(seed), specs) for seed in range(300)]
    assert all(one[1] == three[0] and three[1:] == four for one, _, three, four in seen)
    assert all(one[0] > 0 for one, _, _, _ in seen)
    assert all(int(np.prod(shape)) <= MOST for row in seen for shape in row)


@pytest.mark.parametrize("name", ["make_tensor", "FuzzedTensor"])
def test_a_peer_finds_a_coarse_bug_and_calls_no_twin_wrong(name: str) -> None:
    hunt = next(one for one in PEERS if one.name == name).prepare()
    for coarse in ("doubled_without_strides", "total_from_pointer", "bias_by_tricks", "cleared_span"):
        planted = BY_NAME[coarse]
        assert hunt(planted, planted.bug, seed=0, examples=60) is not None
        assert hunt(planted, planted.twin, seed=0, examples=20) is None


def test_a_wanted_array_lies_as_the_tensor_did() -> None:
    source = Seeded(0)
    (want,) = wants(source, BY_NAME["doubled_on_buffer"])
    drawn = torch.arange(24, dtype=torch.float64).view(4, 6)[1:, ::2].t()
    array = as_wanted(drawn, want)
    assert isinstance(array, np.ndarray)
    assert array.tolist() == drawn.tolist()
    assert array.strides == (16, 48)


def test_contiguous_tensors_alone_find_next_to_nothing() -> None:
    hunt = seeded_hunt(lambda want, _: torch.ones(want.shape) if want.high is None else torch.zeros(want.shape).long())
    planted = BY_NAME["doubled_without_strides"]
    assert hunt(planted, planted.bug, seed=0, examples=50) is None


def _absent() -> Any:
    raise ImportError


def test_a_row_is_a_mean_or_the_package_to_install() -> None:
    assert contest(Entrant("peer", "", _absent, "peer-package"), PLANTED, seeds=1, examples=1) == Row(
        "peer", absent="not installed: pip install peer-package"
    )
    row = Row("one", (frozenset("ab"), frozenset("b")), frozenset(), 2.0)
    assert line(row) == "one                          1.5     2             0      2.0"
    assert (row.mean, row.ever) == (1.5, frozenset("ab"))


def test_the_command_runs_all_entrants_in_one_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--examples", "6", "--seeds", "1", "--group", "repeats", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    rows = {row["generator"]: row for row in told["rows"]}
    assert {*rows} == {one.name for one in (*PEERS, *OURS)}
    assert len(told["planted"]) == 5
    assert all(row["false_alarms"] == [] for row in rows.values())
    installed = find_spec("hypothesis_torch") is not None
    assert (rows["hypothesis-torch"]["absent"] == "") == installed
    assert main(["--examples", "5", "--seeds", "1", "--group", "result", "--only", "make_tensor"]) == 0
    assert "all peers together" in capsys.readouterr().out


def test_it_is_a_module_to_run_and_a_file() -> None:
    run = "runpy.run_path('benchmarks/scoreboard.py', run_name='__main__')"
    done = run_python(f"import runpy, sys; sys.argv = ['scoreboard.py', '--help']; {run}", cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert "--counterexamples" in done.stdout


def test_counterexamples_are_summed_up() -> None:
    found = [
        Counterexample("a", ((2, 2), (2,)), 1.0, confirmed=True),
        Counterexample("b", ((17,),), 3.0, confirmed=False),
        Counterexample("c", (), 1.0, confirmed=False),
    ]
    assert list(summary(found)) == [
        "counterexamples          2 of 3 bugs",
        "elements                 median 10.5, at most 17; 1 have 4 or fewer",
        "seconds, script included median 2.0, at most 3.0, all 4",
        "script fails             1 of 2",
        "  b: (17,), no script that fails",
    ]
