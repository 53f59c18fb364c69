from __future__ import annotations

from dataclasses import replace

import pytest

from tensorlab.errors import LayoutError
from tensorlab.layout.record import Answer, Overlap
from tensorlab.memory.writes.record import WriteVerdict

MEETING = Overlap(Answer.YES, "bounds", ((0, 1), (1, 0)), 4)
UNSAFE = WriteVerdict(safety="UNSAFE", overlap=MEETING, elements=24, addresses=10, raises=False, library="torch")
SAFE = replace(UNSAFE, safety="SAFE", overlap=Overlap(Answer.NO, "gcd"), addresses=24)


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (UNSAFE, "UNSAFE: 24 elements in 10 addresses; [0,1] and [1,0] are the same; torch will not raise"),
        (
            replace(UNSAFE, raises=True, refusal="an axis of stride 0"),
            "UNSAFE: 24 elements in 10 addresses; [0,1] and [1,0] are the same; torch will raise",
        ),
        (
            replace(UNSAFE, between=("dst", "src"), exact=False, raises=None),
            "UNSAFE: 24 elements in 10 addresses; dst[0,1] and src[1,0] share bytes",
        ),
        (replace(SAFE, library="numpy"), "SAFE: 24 elements in 24 addresses; NumPy will not raise"),
        (
            replace(SAFE, elements=1, addresses=1, library="buffer", raises=True, refusal="it is read-only"),
            "SAFE: 1 element in 1 address; the buffer will raise: it is read-only",
        ),
        (
            replace(UNSAFE, addresses=None, library="protocol"),
            "UNSAFE: 24 elements in unknown addresses; [0,1] and [1,0] are the same; the library will not raise",
        ),
        (
            replace(SAFE, safety="UNKNOWN", overlap=Overlap(Answer.UNKNOWN, "cap", cap="too many"), reason="too many"),
            "UNKNOWN: too many; torch will not raise",
        ),
    ],
)
def test_sentences(verdict: WriteVerdict, words: str) -> None:
    assert str(verdict) == words


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(LayoutError, match="a safe write has no elements that meet; got YES"):
        replace(SAFE, overlap=MEETING)
    with pytest.raises(LayoutError, match="UNSAFE needs two elements that meet, or a reason; got neither"):
        replace(SAFE, safety="UNSAFE")
