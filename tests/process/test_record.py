from __future__ import annotations

from tensorlab.codec import decode, encode
from tensorlab.process.record import Failed, Told


def test_answers_and_failures_travel_as_json() -> None:
    assert decode(Failed, encode(Failed("killed by SIGSEGV"))) == Failed("killed by SIGSEGV")
    assert encode(Told({"version": "2.13.0"})) == {"facts": {"version": "2.13.0"}}
