from __future__ import annotations

from typing import Any

import pytest

from tensorlab.diagram.ranks import ranks_elements, ranks_scene
from tensorlab.layout.shard import Placement, Sharding
from tensorlab.render.text import text
from tensorlab.scene.record import Cells, Table

COPY, SUM = Placement("replicate"), Placement("partial", reduction="sum")


def part(axis: int, rounds: int = 1) -> Placement:
    return Placement("shard", axis=axis, rounds=rounds)


def over(shape: tuple[int, ...], mesh: tuple[int, ...], *placements: Placement, **more: Any) -> Sharding:
    return Sharding(shape=shape, itemsize=4, mesh=mesh, placements=placements, **more)


def boxes(sharding: Sharding) -> Cells:
    (found,) = [one for one in ranks_elements(sharding) if isinstance(one, Cells)]
    return found


def words(sharding: Sharding) -> list[str]:
    return [str(cell.span.text) for cell in boxes(sharding).cells]


def rows(sharding: Sharding, local: tuple[int, ...] | None = None) -> list[list[str]]:
    (table,) = [one for one in ranks_elements(sharding, local) if isinstance(one, Table)]
    return [[str(cell.span.text) for cell in row] for row in table.rows]


@pytest.mark.parametrize(
    ("sharding", "expected"),
    [
        (over((8,), (4,), part(0)), ["0", "1", "2", "3"]),
        (over((8, 6), (2, 2), part(0), part(1)), ["0", "1", "2", "3"]),
        (over((8, 6), (2, 2), part(0), COPY), ["0=1", "2=3"]),
        (over((8, 6), (2, 2), part(0), SUM), ["0+1", "2+3"]),
        (over((8,), (2, 2), COPY, SUM), ["0+1=2+3"]),
        (over((8,), (2, 2), part(0, rounds=2), part(0)), ["0", "2", "1", "3"]),
        (over((4,), (2, 2), part(0), part(0), orders=((0, (1, 0)),)), ["0", "2", "1", "3"]),
        (over((), (2,), COPY), ["0=1"]),
        (over((3,), (8,), COPY), ["0=…=7"]),
        (over((3,), (32, 32), SUM, COPY), ["0+…+992=…=31+…+1023"]),
        (over((3,), (2,), part(0), ranks=(7, 5)), ["7", "5"]),
        (over((2, 4, 3), (2, 2), part(1), part(2)), ["0", "1", "2", "3"]),
    ],
)
def test_a_box_names_the_ranks_of_its_block(sharding: Sharding, expected: list[str]) -> None:
    assert words(sharding) == expected
    assert text(ranks_scene(sharding)) == text(ranks_scene(sharding))


def test_a_term_is_drawn_unlike_a_copy() -> None:
    terms, copies = boxes(over((8,), (2,), SUM)), boxes(over((8,), (2,), COPY))
    assert {cell.span.role for cell in terms.cells} == {"unknown"}
    assert {cell.span.role for cell in copies.cells} == {"used"}
    assert terms.legend != copies.legend
    assert "?0+1?" in text(ranks_scene(over((8,), (2,), SUM)))


def test_every_rank_has_a_row() -> None:
    assert rows(over((5, 3), (4,), part(0))) == [
        ["0", "0", "2,3", "3,1", "0,0", "24 B", "part 1/4"],
        ["1", "1", "2,3", "3,1", "2,0", "24 B", "part 2/4"],
        ["2", "2", "1,3", "3,1", "4,0", "12 B", "part 3/4"],
        ["3", "3", "0,3", "3,1", "5,0", "0 B", "nothing"],
    ]


def test_this_process_is_marked_and_has_its_own_strides() -> None:
    found = rows(over((4, 2), (2,), part(0), own=(1,)), local=(40, 4))
    assert [row[3] for row in found] == ["2,1", "10,1"]
    assert found[1][-1] == "here: part 2/2"


def test_of_many_ranks_the_ends_and_this_process_are_drawn() -> None:
    found = rows(over((4096, 4096), (32, 32), part(0), part(1), own=(2, 13)))
    assert [row[0] for row in found] == [*map(str, range(8)), "", "77", "", "1020", "1021", "1022", "1023"]
    assert [row[-1] for row in found if not row[0]] == ["… 69 more ranks", "… 942 more ranks"]
    drawn = text(ranks_scene(over((4096, 4096), (32, 32), part(0), part(1))))
    assert max(map(len, drawn.splitlines())) <= 80
    assert len(drawn.splitlines()) < 60


@pytest.mark.parametrize(
    ("sharding", "sentence"),
    [
        (over((9, 4), (4, 8), part(0), SUM), "32 ranks hold 1,152 B, 8.00x the tensor's 144 B"),
        (
            over((9, 4), (4, 8), part(0), SUM),
            "a rank holds 0 B to 48 B: the fullest 1.33x the mean; 8 ranks without an",
        ),
        (over((8,), (2,), part(0)), "every rank holds 16 B"),
        (over((0, 4), (2,), part(0)), "no elements: no rank holds a byte"),
        (over((8,), (2,), Placement("partial", reduction="avg")), "only the mean over all 2 ranks"),
        (over((8,), (2, 2), part(0, rounds=2), part(0)), "axis 0 is cut in 2, and each holds a part of every cut"),
        (over((8,), (2,), COPY), "each holds the same, 2 of it"),
    ],
)
def test_what_all_hold_is_a_sentence(sharding: Sharding, sentence: str) -> None:
    assert sentence in " ".join(text(ranks_scene(sharding)).split())


def test_ascii_is_ascii() -> None:
    assert text(ranks_scene(over((3,), (32, 32), SUM, COPY)), ascii=True).isascii()
