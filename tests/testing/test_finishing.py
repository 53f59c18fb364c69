import pytest
import torch

from tensorlab.layout.shapes import numel
from tensorlab.testing.calling import Subject
from tensorlab.testing.finishing import finished, invocation_of
from tensorlab.testing.judging import Judge
from tensorlab.testing.scripts import NAMELESS, End
from tensorlab.testing.specs import parse, slot
from tensorlab.testing.sweep import Budget, sweep


def flat(x: torch.Tensor) -> torch.Tensor:
    return x.as_strided((x.numel(),), (1,))


def summed(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    return flat(x).sum(), x.sum()


@pytest.mark.parametrize(
    ("function", "start"), [(flat, "assert torch.equal("), (summed, "torch.testing.assert_close(")]
)
def test_a_finding_becomes_small_and_has_a_script(
    function: object, start: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tensorlab.testing.scripts._is_as_said", lambda end, finding: bool(end and finding))
    monkeypatch.setattr("tensorlab.testing.scripts._end_of", lambda script: End(1, script))
    subject = Subject(function, (slot("float32[n, m]"),))  # type: ignore[arg-type]  # one of two functions
    found = finished(sweep(subject, Budget(60)).findings[0], Judge(subject))
    assert numel(found.case.arguments[0].layout.shape) <= 4
    assert found.script.splitlines()[2].startswith(start)
    assert found.confirmed


def test_a_lambda_is_confirmed_here() -> None:
    subject = Subject(lambda x: flat(x), (slot("float32[n, m]"),))  # noqa: PLW0108 - a function without a name
    found = finished(sweep(subject, Budget(60)).findings[0], Judge(subject))
    assert found.script.splitlines()[0] == NAMELESS
    assert found.confirmed


def test_constants_stand_where_they_are_passed() -> None:
    found = invocation_of(Subject(flat, (slot(3), slot("float32[n]"), slot("float32[n]")), out=parse("float32[n]")))
    assert (found.positional, found.outs) == (("3", 0, 1), {"out": 2})


@pytest.mark.parametrize("shape", [(2, 3), (2, 3, 4, 5)])
def test_examples_become_smaller_too(shape: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tensorlab.testing.finishing.scripted", lambda finding, *_, **__: finding)

    def blind(x: torch.Tensor) -> torch.Tensor:
        return x.as_strided(x.shape, x.contiguous().stride())

    subject = Subject(blind, (slot(torch.randn(shape)),))
    found = finished(sweep(subject, Budget(60)).findings[0], Judge(subject))
    assert numel(found.case.arguments[0].layout.shape) <= 4
