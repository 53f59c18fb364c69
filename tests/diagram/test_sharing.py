"""The picture of an answer about sharing."""

from __future__ import annotations

import pytest

from tensorlab.api.objects import show
from tensorlab.diagram.sharing import answer_scene
from tensorlab.layout.record import Answer, Overlap
from tensorlab.memory.sharing.record import Sharing

YES = Sharing(
    Overlap(Answer.YES, "bounds", ((1000,), (0, 2)), 4000), "byte 4000 of one storage on cpu", ("values", "[1]")
)
NO = Sharing(Overlap(Answer.NO, "empty"), "other device: a on cpu, b on cuda:0")
UNKNOWN = Sharing(Overlap(Answer.UNKNOWN, "cap", cap="too many"), "too many")
DRAWN = {
    "yes": """\
YES: a.values[1000] and b[1][0,2] are the same byte 4000 of one storage on cpu

answer      YES
decided by  bounds: their first and last bytes
elements    a.values[1000] and b[1][0,2]
byte        4,000 of the storage of a.values
""",
    "no": """\
NO (other device): a on cpu, b on cuda:0

answer      NO
decided by  empty: other device
""",
    "unknown": """\
UNKNOWN: too many

answer      UNKNOWN
decided by  cap: nothing
""",
}


@pytest.mark.parametrize(("sharing", "name"), [(YES, "yes"), (NO, "no"), (UNKNOWN, "unknown")])
def test_an_answer(sharing: Sharing, name: str) -> None:
    figure = show(sharing)
    assert figure.text(width=80).rstrip() + "\n" == DRAWN[name]
    assert figure.text(width=80, ascii=True).rstrip() + "\n" == DRAWN[name]
    assert figure.data is sharing
    assert answer_scene(sharing) == answer_scene(sharing)
