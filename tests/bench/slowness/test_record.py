from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tensorlab.bench.pairing.record import Ratio
from tensorlab.bench.slowness.record import OpRun, Suggestion, WhySlow, counted_faults
from tensorlab.codec import decode, encode
from tensorlab.errors import TensorlabError

if TYPE_CHECKING:
    from tensorlab.bench.pairing.record import Verdict


def suggestion(what: str, value: float, verdict: Verdict = "faster") -> Suggestion:
    ratio = Ratio(of=what, to="as it is", value=value, low=value / 2, high=value * 2, pairs=9, verdict=verdict)
    return Suggestion(what=what, how="as it is told", ratio=ratio)


def found(**facts: Any) -> WhySlow:
    return WhySlow(**{"name": "f", "seconds": 4e-6, "clock": "cpu", "threads": 1, **facts})


def test_an_operator_in_a_line() -> None:
    assert str(OpRun(name="aten.t.default", kind="view")) == "aten.t.default  view  1 call"
    called = OpRun(name="aten.add.Tensor", kind="compute", line="a.py:3", call="torch.add", moved=12)
    assert str(called) == "aten.add.Tensor  compute  1 call at a.py:3, 12 B moved"
    assert called.user == "torch.add at a.py:3"


def test_only_what_is_faster_beyond_doubt_helps() -> None:
    helps, vain = suggestion("out=", 0.25), suggestion("in place", 1.0, "can't tell")
    assert (helps.helps, vain.helps) == (True, False)
    assert str(helps) == "out=: 4.00x faster [2.00, 8.00]; as it is told"
    assert str(vain) == "in place: brings nothing: 1.00x [0.500, 2.00]; as it is told"


@pytest.mark.parametrize("facts", [{"overhead": 1.5}, {"overhead": -0.1}])
def test_overhead_is_a_share(facts: dict[str, Any]) -> None:
    with pytest.raises(TensorlabError, match="overhead is a share of the call from 0 to 1; got"):
        found(**facts)


@pytest.mark.parametrize("facts", [{"seconds": -1.0}, {"faults": -1.0}, {"moved": -1}, {"ideal": -1}])
def test_nothing_is_below_0(facts: dict[str, Any]) -> None:
    with pytest.raises(TensorlabError, match="seconds, faults and bytes are 0 or more"):
        found(**facts)


def test_what_binds_comes_first() -> None:
    parts: dict[str, Any] = {"predicted": (("dispatch", 1e-6), ("memory", 3e-6)), "ideal": 100, "moved": 200}
    assert found(**parts).bound == "memory"
    parts["ops"] = (OpRun(name="aten.add.Tensor", kind="compute"),)
    assert found(**parts).sentences == (
        "bytes: 200 B moved, 100 B would do: 2.00x",
        "dispatch overhead: 0% of the call",
    )
    bound = found(**parts, overhead=0.75)
    assert (bound.bound, bound.sentences[0]) == ("dispatch", "overhead-bound: 75% of the call is dispatch overhead")
    assert found().bound is None


def test_cache_lines_are_told_where_they_are_many_more() -> None:
    told = "cache lines of 64,000 B fetched for them: 16.0x"
    ops = (OpRun(name="aten.add.Tensor", kind="compute"),)
    assert told in found(ops=ops, ideal=4000, moved=4000, fetched=64_000).sentences[1]
    assert "cache lines" not in str(found(ideal=4000, moved=4000, fetched=4992))
    assert "cache lines" not in str(found(ideal=4, moved=4, fetched=64))


def test_page_faults_beside_a_result_that_is_there() -> None:
    assert "page faults: 16 a call: the result is new memory each time" in found(faults=16.0).sentences
    assert (
        found(faults=16.0, suggestions=(suggestion("out=", 0.25),))
        .sentences[1]
        .endswith("; 4.00x the time of out= [2.00, 8.00]")
    )
    assert "page faults" not in str(found(faults=0.5))
    assert [counted_faults(count) for count in (2.0, 2.5, 16384.5)] == ["2", "2.5", "16,384"]


def test_counts_and_lines() -> None:
    ops = (
        OpRun(name="aten.clone.default", kind="copy", calls=3, made=12, call="torch.Tensor.reshape"),
        OpRun(name="aten.add.Tensor", kind="compute"),
    )
    told = found(given=("float32 (3,)",), ops=ops, notes=("a note",), threads=2, clock="wall")
    assert (told.calls, told.copies) == (4, ops[:1])
    assert str(told).splitlines() == [
        "f(float32 (3,)): 4.00 µs a call (wall clock, 2 threads)",
        "dispatch overhead: 0% of the call",
        "copy: aten.clone.default by torch.Tensor.reshape, 12 B",
        "nothing was tried",
        "a note",
    ]


def test_it_comes_back_from_json() -> None:
    told = found(predicted=(("page faults", 1e-6),), suggestions=(suggestion("out=", 0.5),))
    assert decode(WhySlow, encode(told)) == told
