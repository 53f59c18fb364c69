from __future__ import annotations

from dataclasses import replace

from tensorlab.diagram.layer_memory import memory_section
from tensorlab.models.profiling.record import Block, Profile, Row
from tensorlab.render.text import text

FIRST = Row(name="a", call=1, kind="Linear", phase="forward", parameters=5, fresh=5, made=4000, alive=4020, peak=4020)
SECOND = Row(name="b", call=1, kind="ReLU", phase="forward", made=4000, alive=4020, peak=8020, last=1)
BACK = Row(name="a", call=1, kind="Linear", phase="backward", parameters=5, made=20, alive=4040, peak=8040, last=2)
FOUND = Profile(
    name="net",
    inputs=(),
    device="cpu",
    threads=1,
    train=True,
    optimizer="",
    host="",
    parameters=5,
    rows=(FIRST, SECOND, BACK),
    steps=(0, 1, 2),
    blocks=(
        Block(20, "parameter", "weight", -1, -1, -1),
        Block(4000, "activation", "a: addmm", 0, 0, 2),
        Block(4000, "activation", "b: relu", 1, 1, -1),
        Block(20, "gradient", "a: mm", 2, 2, -1),
    ),
)


def lines(found: Profile) -> list[str]:
    return text(memory_section(found), width=80).splitlines()


def test_rows_say_what_they_make_and_until_when_it_lives() -> None:
    told = [line.split() for line in lines(FOUND)]
    assert ["a", "5", "4.00", "kB", "a", "←", "4.02", "kB", "4.02", "kB", "-"] in told
    assert ["b", "-", "4.00", "kB", "the", "end", "4.02", "kB", "8.02", "kB", "-"] in told
    assert ["a", "←", "as", "before", "20.0", "B", "the", "end", "4.04", "kB", "8.04", "kB", "-"] in told


def test_the_peak_says_what_it_holds() -> None:
    assert "at most 8,040 B alive, in backward of a: parameters 20.0 B, activations 8.00 kB" in " ".join(lines(FOUND))
    assert "largest of those made in the pass: b: relu 4.00 kB, a: addmm 4.00 kB" in " ".join(lines(FOUND)) or (
        "largest of those made in the pass: a: addmm 4.00 kB, b: relu 4.00 kB" in " ".join(lines(FOUND))
    )


def test_workspaces_have_a_row_where_an_allocator_counted() -> None:
    assert any("the bytes are ours alone" in line for line in lines(FOUND))
    counted = replace(FIRST, counted=4020, counted_peak=5020)
    rows = (counted, *(replace(row, counted=row.alive, counted_peak=row.peak) for row in (SECOND, BACK)))
    told = lines(replace(FOUND, rows=rows, allocator="torch.profiler"))
    assert any(line.split()[:2] == ["workspaces", "+0.00"] or line.startswith("workspaces") for line in told)
    assert "equal to the byte" in " ".join(told)


def test_what_is_made_and_gone_within_a_row() -> None:
    brief = replace(FOUND, steps=(0, 0, 1, 2), blocks=(Block(8, "activation", "a: t", 0, 0, 1),))
    assert any(line.split()[:5] == ["a", "5", "4.00", "kB", "itself"] for line in lines(brief))
