from __future__ import annotations

from dataclasses import replace

from tensorlab.diagram.writes import write_scene
from tensorlab.layout.record import Answer, Overlap
from tensorlab.memory.writes.record import WriteVerdict
from tensorlab.render.text import text

UNSAFE = WriteVerdict(
    safety="UNSAFE",
    overlap=Overlap(Answer.YES, "bounds", ((0, 0), (0, 1)), 4),
    elements=9000,
    addresses=9000,
    raises=False,
    library="torch",
    advice="copy from src.clone()",
    between=("dst", "src"),
)
PICTURE = """\
UNSAFE

written     9,000 elements
addresses   9,000
meeting     dst[0,0] and src[0,1] are the same
decided by  bounds
library     torch will not raise
instead     copy from src.clone()"""


def test_the_whole_picture() -> None:
    assert text(write_scene(UNSAFE), width=80).rstrip() == PICTURE
    assert text(write_scene(UNSAFE), width=80, ascii=True).rstrip() == PICTURE


def test_what_is_not_known_is_said() -> None:
    unknown = replace(
        UNSAFE,
        safety="UNKNOWN",
        overlap=Overlap(Answer.UNKNOWN, "cap", cap="too many positions"),
        addresses=None,
        raises=None,
        reason="too many positions",
        advice="",
    )
    assert text(write_scene(unknown)).splitlines()[2:] == [
        "written    9,000 elements",
        "addresses  not known",
        "reason     too many positions",
        "library    not known whether it raises",
    ]


def test_the_reason_of_a_refusal_stands_beside_it() -> None:
    out = text(write_scene(replace(UNSAFE, raises=True, refusal="it is read-only")))
    assert "library     torch will raise: it is read-only" in out
