"""check says what torch refuses, exactly when it refuses: over scripts that people ask about, and over random ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from support.failing_scripts import HEAD, SCRIPTS
from torch.utils.checkpoint import checkpoint

import tensorlab
from tensorlab.api.autograd_scripts import run_recorded
from tensorlab.errors import UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

INPLACE = "modified by an inplace operation"


@pytest.mark.parametrize("name", SCRIPTS)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_what_is_said_of_a_script(name: str, tmp_path: Path) -> None:
    code, expected = SCRIPTS[name]
    path = tmp_path / "train.py"
    path.write_text(HEAD + code)
    report = run_recorded(path)
    assert tuple(map(str, report.findings)) == expected
    overwritten = [finding for finding in report.findings if finding.trouble == "overwritten"]
    assert bool(overwritten) == (INPLACE in report.error)


OUT_OF_PLACE: list[Callable[[torch.Tensor, torch.Tensor], torch.Tensor]] = [
    lambda a, _: a.exp(),
    lambda a, _: a.sigmoid(),
    lambda a, _: a.sin(),
    lambda a, _: a * 2,
    lambda a, _: a.clone(),
    lambda a, b: a * b,
    lambda a, b: a + b,
    lambda a, b: a / (b.abs() + 1),
    lambda a, b: torch.where(a > 0, a, b),
    lambda a, b: torch.stack([a, b]).sum(0),
    lambda a, _: a.view(2, 2).t().reshape(4),
    lambda a, _: a.detach(),
    lambda a, _: a[[1, 0, 3, 2]],
    lambda a, _: a.relu(),
]
IN_PLACE: list[Callable[[torch.Tensor, torch.Tensor], object]] = [
    lambda a, _: a.add_(1),
    lambda a, _: a.mul_(0.5),
    lambda a, _: a.tanh_(),
    lambda a, b: a.mul_(b),
    lambda a, b: a.copy_(b),
    lambda a, _: a[1:3].mul_(2),
    lambda a, _: a.detach().add_(1),
    lambda a, _: a.relu_(),
    lambda a, b: a.view(2, 2)[0].add_(b[:2]),
]
STEPS = st.lists(
    st.tuples(st.booleans(), st.integers(0, 13), st.integers(0, 20), st.integers(0, 20)), min_size=1, max_size=9
)


def run(steps: list[tuple[bool, int, int, int]]) -> torch.Tensor:
    """A random program; torch may refuse a write at once, which is then left out."""
    values = [torch.linspace(0.1, 0.9, 4, requires_grad=True) * 1, torch.ones(4)]
    for writes, which, one, other in steps:
        a, b = values[one % len(values)], values[other % len(values)]
        if writes:
            try:
                IN_PLACE[which % len(IN_PLACE)](a, b)
            except RuntimeError:
                continue
        else:
            values.append(OUT_OF_PLACE[which](a, b))
    return sum((value.sum() for value in values), start=torch.zeros(()))


@given(STEPS)
def test_a_finding_exactly_when_torch_raises(steps: list[tuple[bool, int, int, int]]) -> None:
    with tensorlab.recording(values=False) as rec:
        loss = run(steps)
    found = [finding for finding in rec.check(loss) if finding.trouble == "overwritten"]
    refused = ""
    try:
        loss.backward()  # type: ignore[no-untyped-call]  # torch has no types here
    except RuntimeError as error:
        refused = str(error)
    assert bool(refused) == (INPLACE in refused)
    if refused:
        assert found or "CopySlices" in _names(loss)  # which hides what it saved
        assert all(finding.writes for finding in found)
    else:
        assert found == []


def _names(loss: torch.Tensor) -> list[str]:
    return [loss_node.name() for loss_node in _nodes(loss)]


def _nodes(loss: torch.Tensor) -> list[torch.autograd.graph.Node]:
    waiting = [loss.grad_fn] if loss.grad_fn else []
    for node in waiting:
        waiting += [target for target, _ in node.next_functions if target is not None and target not in waiting]
    return waiting


def test_the_finding_is_a_note_of_the_exception_and_of_the_recording() -> None:
    sentence = ""
    with pytest.raises(RuntimeError, match=INPLACE) as caught, tensorlab.recording() as rec:  # noqa: PT012 - a block
        y = torch.ones(3, requires_grad=True).sigmoid()
        loss = y.sum()
        y.div_(2)
        loss = loss + y.sum()
        sentence = str(rec.check(loss))
        loss.backward()  # type: ignore[no-untyped-call]  # torch has no types here
    assert sentence.startswith("SigmoidBackward0.result saved test_provenance.py:")
    assert sentence in caught.value.__notes__
    assert str(rec.failure) == sentence


def test_nothing_is_changed_by_a_look() -> None:
    x = torch.ones(3, requires_grad=True)
    with tensorlab.recording() as rec:
        loss = (x.exp() * 2).sum()
        assert not rec.check(loss)
        assert not rec.check(loss)
        loss.backward()  # type: ignore[no-untyped-call]  # torch has no types here
    assert x.grad is not None
    assert len(rec.calls) == len([call for call in rec.calls if "detach" not in call.name or call.call])


def test_what_is_no_tensor_is_refused() -> None:
    with tensorlab.recording() as rec:
        pass
    with pytest.raises(UnsupportedError, match="the loss is a tensor; got int"):
        rec.check(3)  # type: ignore[arg-type]  # what is tested


def test_a_leaf_that_was_written_before_a_checkpoint_computes_again() -> None:
    x, w, v = (torch.rand(3, requires_grad=True) for _ in range(3))
    with tensorlab.recording() as rec:
        y: torch.Tensor = checkpoint(lambda one: (one * w).tanh() * v, x, use_reentrant=False)
        assert not rec.check(y.sum())
        with torch.no_grad():
            w.add_(1)
        found = rec.check(y.sum())
    (finding,) = found
    assert finding.trouble == "silent"
    assert [write.op for write in finding.writes] == ["add_"]
    assert "computes again in backward reads a leaf written by add_ test_provenance.py:" in str(finding)


def test_an_array_over_a_saved_tensor_is_told_once_and_is_no_finding() -> None:
    x = torch.rand(3, requires_grad=True)
    with tensorlab.recording() as rec:
        y = x.exp()
        y.detach().numpy()[0] = 99
        found = rec.check((y * y).sum())
    assert not found
    (note,) = found.notes
    assert note.startswith(("MulBackward0.", "ExpBackward0.result saved test_provenance.py:"))
    assert note.endswith("writes through the array are not seen")
    assert str(found).splitlines()[-1] == note
