from __future__ import annotations

import tensorlab
from tensorlab.autograd.births.record import NanBirth, NanFinding
from tensorlab.diagram.births import MOST_BIRTHS, births_scene

SQRT = NanBirth(op="sqrt", node="SqrtBackward0", phase="backward", line="s.py:3", nans=1, numel=2)
LOG = NanBirth(op="log", line="s.py:4", module="head", nans=1, numel=2, masked=True)

PICTURE = """\
NaN
NaN first made by SqrtBackward0 (backward of sqrt) s.py:3: 1 of 2 elements, from
  finite inputs

what         made by        line    module  elements  of
NaN          SqrtBackward0  s.py:3          1 of 2    finite inputs
NaN, masked  log            s.py:4  head    1 of 2    finite inputs

a note
"""


def test_the_first_is_a_sentence_and_each_is_a_row() -> None:
    finding = NanFinding(first=SQRT, masked=(LOG,), loss="finite", notes=("a note",))
    assert tensorlab.show(finding).text(width=80).rstrip() == PICTURE.rstrip()


def test_nothing_and_much() -> None:
    assert "no NaN and no infinity was made" in tensorlab.show(NanFinding()).text(width=80)
    many = births_scene(NanFinding(masked=(LOG,) * (MOST_BIRTHS + 3)))
    assert "3 more" in str(many)


def test_one_of_one_is_the_only_one() -> None:
    text = tensorlab.show(NanFinding(first=NanBirth(op="log", nans=1, numel=1))).text(width=80)
    assert "NaN first made by log: its one element" in text
    assert "1 of 1" not in text
    assert "the only one" in text
