import json
from dataclasses import replace

import pytest

from tensorlab.codec import decode, encode
from tensorlab.errors import LayoutError
from tensorlab.models.profiling.record import Block, Profile, Row, alive_bytes

ROW = Row(
    name="a",
    call=1,
    kind="Linear",
    phase="forward",
    macs=8,
    reads=12,
    writes=4,
    alive=10,
    peak=14,
    counted=10,
    counted_peak=20,
    last=1,
    seconds=(1.0, 3.0),
)
BLOCKS = (
    Block(10, "parameter", "weight", -1, -1, -1),
    Block(4, "activation", "a: mm", 0, 0, 2),
)
PROFILE = Profile(
    name="net",
    inputs=("float32 (2,)",),
    device="cpu",
    threads=1,
    train=False,
    optimizer="",
    host="abc",
    parameters=5,
    rows=(ROW,),
    steps=(0, 0, 0),
    blocks=BLOCKS,
    whole=(2.0, 2.0),
    allocator="torch.profiler",
)


def test_what_follows_from_a_row() -> None:
    assert (ROW.moved, ROW.intensity, ROW.time, ROW.workspace) == (16, 1.0, 2.0, 6)
    assert (ROW.label, replace(ROW, call=2).label) == ("a", "a #2")
    assert ROW.spread == pytest.approx(0.25)
    bare = replace(ROW, reads=0, writes=0, seconds=(), counted_peak=None)
    assert (bare.intensity, bare.time, bare.spread, bare.workspace) == (0.0, 0.0, 0.0, 0)


def test_bytes_alive_moment_by_moment() -> None:
    assert PROFILE.alive_bytes() == alive_bytes(BLOCKS, 3) == (14, 14, 10)
    assert [block.name for block in PROFILE.alive(1)] == ["weight", "a: mm"]
    assert [block.name for block in PROFILE.alive(2)] == ["weight"]
    assert (PROFILE.peak_moment, PROFILE.peak, PROFILE.peak_row.name) == (0, 14, "a")
    assert (PROFILE.activations, PROFILE.counted_peak, PROFILE.gap) == (4, 20, 0.0)


def test_the_gap_is_that_of_the_worst_row() -> None:
    assert replace(PROFILE, rows=(replace(ROW, alive=11), ROW)).gap == pytest.approx(0.1)
    assert replace(PROFILE, rows=(replace(ROW, counted=None),)).gap is None


def test_the_sentence() -> None:
    told = str(PROFILE)
    assert "net on float32 (2,): 1 row, 5 parameters, 8.00 multiply-adds forward" in told
    assert "at most 14 B alive, in a (forward)" in told
    assert "a pass takes 2.00 s" in told


def test_it_survives_json() -> None:
    assert decode(Profile, json.loads(json.dumps(encode(PROFILE)))) == PROFILE


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"rows": ()}, "one row or more"),
        ({"steps": (0, 1)}, "has none numbered 1"),
        ({"blocks": (Block(1, "input", "x", 3, -1, -1),)}, "has none numbered 3"),
        ({"whole": (1.0,)}, "has the 1 rounds of the whole"),
    ],
)
def test_what_cannot_be_is_refused(change: dict[str, object], told: str) -> None:
    with pytest.raises(LayoutError, match=told):
        replace(PROFILE, **change)  # type: ignore[arg-type]  # what is tested


def test_seconds_that_no_clock_says_are_refused() -> None:
    with pytest.raises(LayoutError, match="seconds of a"):
        replace(ROW, seconds=(-1.0,))
