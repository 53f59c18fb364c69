from __future__ import annotations

import pytest

from tensorlab.dispatch.record import ExplainedCall, Explanation
from tensorlab.errors import LayoutError


def call(verdict: str, nbytes: int | None = 0) -> ExplainedCall:
    return ExplainedCall(name="f", text="f(x)", verdict=verdict, reason="so", nbytes=nbytes)  # type: ignore[arg-type]  # some are wrong


def test_a_verdict_is_one_of_six() -> None:
    with pytest.raises(LayoutError, match="a verdict is one of VIEW, COPY, WRITE, NEW, SAME, REFUSED; got 'MAYBE'"):
        call("MAYBE")


def test_the_whole_is_the_last_call_and_all_the_memory() -> None:
    both = Explanation(steps=(call("VIEW"), call("COPY", 48)))
    assert (both.verdict, both.nbytes) == ("COPY", 48)
    assert both.summary == "2 calls: 1 VIEW, 1 COPY; new memory: 48 B"
    assert str(both) == "#1 f(x)  VIEW: so\n#2 f(x)  COPY: so"


def test_what_one_call_took_may_not_be_known() -> None:
    unknown = Explanation(steps=(call("COPY", 8), call("NEW", None)))
    assert unknown.nbytes is None
    assert unknown.summary.endswith("new memory: not known")


def test_nothing_was_seen() -> None:
    assert (Explanation().verdict, Explanation().nbytes) == (None, 0)
    assert str(Explanation()) == "no call on an array was seen"
