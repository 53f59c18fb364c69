"""The sentences of findings and verdicts."""

from __future__ import annotations

import pytest

from tensorlab.autograd.findings.record import (
    Check,
    Finding,
    GradVerdict,
    ModuleVerdict,
    Write,
)
from tensorlab.errors import LayoutError

WRITE = Write(op="div_", line="train.py:6", versions=(0, 1))
SIGMOID = Finding(node="SigmoidBackward0", slot="result", line="train.py:4", version=0, writes=(WRITE,))


@pytest.mark.parametrize(
    ("finding", "sentence"),
    [
        (SIGMOID, "SigmoidBackward0.result saved train.py:4 v0; written by div_ train.py:6 v0->v1"),
        (
            Finding(node="A", slot="x", version=0, now=2),
            "A.x saved v0; now v2, written where nothing was recorded",
        ),
        (
            Finding(trouble="silent", node="A", slot="x", line="t.py:1", version=0, writes=(Write(op="mul_"),)),
            "A.x saved t.py:1 v0; written by mul_, not counted: backward will use the wrong values silently",
        ),
        (
            Finding(node="A", slot="x", version=0, writes=(WRITE, WRITE)),
            "A.x saved v0; written by div_ train.py:6 v0->v1, and 1 more write after it",
        ),
        (Finding(trouble="no graph", text="the loss has no graph"), "the loss has no graph"),
    ],
)
def test_the_sentence_of_a_finding(finding: Finding, sentence: str) -> None:
    assert str(finding) == sentence


def test_a_check_is_as_long_and_as_true_as_its_findings() -> None:
    none, one = Check(slots=2), Check(findings=(SIGMOID,), slots=2)
    assert (bool(none), len(none), list(none)) == (False, 0, [])
    assert (bool(one), len(one), one[0]) == (True, 1, SIGMOID)
    assert str(one) == str(SIGMOID)
    assert str(none) == "nothing breaks this backward: none of its 2 saved tensors was written since"
    assert str(Check()) == "nothing breaks this backward: it saved no tensor"
    assert "1 node does not show" in str(Check(slots=1, hidden=1))


def test_words_that_are_not_known_are_refused() -> None:
    with pytest.raises(LayoutError, match="trouble is one of overwritten, "):
        Finding(trouble="bad")  # type: ignore[arg-type]  # what is tested
    with pytest.raises(LayoutError, match="a verdict is one of has grad, "):
        GradVerdict(verdict="lost")  # type: ignore[arg-type]  # what is tested


def test_a_module_counts_those_without_a_gradient() -> None:
    verdicts = (GradVerdict(verdict="has grad", name="a"), GradVerdict(verdict="unreachable", name="b", text="why"))
    assert (
        str(ModuleVerdict(name="Net", verdicts=verdicts))
        == "1 of 2 parameters of Net gets no gradient\nb: unreachable: why"
    )
    assert str(ModuleVerdict(name="Net", verdicts=verdicts[:1])) == "each of 1 parameter of Net has a gradient"
    assert str(ModuleVerdict(name="Net")) == "Net has no parameter"
