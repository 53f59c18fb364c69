"""The sentence of an answer."""

from __future__ import annotations

import pytest

from tensorlab.codec import decode, encode
from tensorlab.errors import UndecidedError
from tensorlab.layout.record import Answer, Overlap
from tensorlab.memory.sharing.record import Sharing

YES = Overlap(Answer.YES, "bounds", ((10,), (0, 2)), 40)
NO = Overlap(Answer.NO, "gcd")
UNKNOWN = Overlap(Answer.UNKNOWN, "cap", cap="too many")


@pytest.mark.parametrize(
    ("sharing", "words"),
    [
        (
            Sharing(YES, "byte 40 of one storage on cpu"),
            "YES: a[10] and b[0,2] are the same byte 40 of one storage on cpu",
        ),
        (
            Sharing(YES, "byte 40", ("values", "[1]"), ("x", "y")),
            "YES: x.values[10] and y[1][0,2] are the same byte 40",
        ),
        (Sharing(Overlap(Answer.YES, "bounds", ((), ()), 0), "byte 0"), "YES: a[()] and b[()] are the same byte 0"),
        (Sharing(NO, "gcd: no sum leads there"), "NO (gcd): no sum leads there"),
        (
            Sharing(Overlap(Answer.NO, "empty"), "other device: a on cpu, b on meta"),
            "NO (other device): a on cpu, b on meta",
        ),
        (Sharing(UNKNOWN, "too many"), "UNKNOWN: too many"),
    ],
)
def test_the_sentence(sharing: Sharing, words: str) -> None:
    assert str(sharing) == words
    assert decode(Sharing, encode(sharing)) == sharing


def test_an_answer_has_a_truth_where_it_is_known() -> None:
    assert Sharing(YES, "byte 40")
    assert not Sharing(NO, "gcd: no")
    with pytest.raises(UndecidedError, match="the answer is UNKNOWN"):
        bool(Sharing(UNKNOWN, "too many"))
    assert [Sharing(overlap, "why").answer for overlap in (YES, NO, UNKNOWN)] == list(Answer)
    assert Sharing(NO, "gcd: no").elements is None
