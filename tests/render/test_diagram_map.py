"""Places for boxes, clusters and arrows."""

from __future__ import annotations

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from tensorlab.render.diagram_map import Area, lines_of, mapped, path_of, strokes
from tensorlab.scene.record import Cell, Diagram, Span

EDGES = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda e: e[0] < e[1]), max_size=14)
CLUSTERS = st.sampled_from([(), ((1, 2, 3),), ((1, 2, 3, 4), (2, 3)), ((0, 1), (4, 5, 6, 7), (5, 6))])


def drawn(edges: list[tuple[int, int]], clusters: tuple[tuple[int, ...], ...] = ()) -> Diagram:
    cells = tuple(Cell(Span(f"box {n}\nfloat32 {'9' * n}")) for n in range(8))
    return Diagram(
        cells,
        tuple((one, other, "") for one, other in edges),
        tuple((f"m{n}", inside) for n, inside in enumerate(clusters)),
    )


def meet(one: Area, other: Area) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


def within(one: Area, other: Area) -> bool:
    right, low = one.x + one.width <= other.x + other.width, one.y + one.height <= other.y + other.height
    return one.x >= other.x and one.y >= other.y and right and low


@given(EDGES, CLUSTERS)
def test_no_box_lies_over_another_and_clusters_hold_just_their_own(
    edges: list[tuple[int, int]], clusters: tuple[tuple[int, ...], ...]
) -> None:
    found = mapped(drawn(edges, clusters))
    assert len(found.boxes) == 8
    assert not any(meet(one, other) for one, other in combinations(found.boxes.values(), 2))
    for cluster, area in found.clusters.items():
        for box, place in found.boxes.items():
            assert within(place, area) if box in clusters[cluster] else not meet(place, area)


@given(EDGES)
def test_arrows_go_down_beside_boxes(edges: list[tuple[int, int]]) -> None:
    found = mapped(drawn(edges))
    for arrow in found.nesting.arrows:
        made = strokes(found, arrow)
        assert all(one.stop <= other.start for one, other in pairwise(made))
        for stroke in made:
            line = Area(stroke.x, stroke.start + 0.01, 0.01, max(stroke.stop - stroke.start - 0.02, 0.01))
            assert not any(meet(line, area) for box, area in found.boxes.items() if box not in arrow)
        assert path_of(made).startswith("M")


def test_lines_of_a_box_are_cut_and_printable() -> None:
    assert lines_of("a\x00\n" + "b" * 60) == ["a\\x00", "b" * 39 + "…"]


def test_boxes_in_a_frame_do_not_repeat_its_name() -> None:
    boxes = tuple(Cell(Span(word)) for word in ("a.b.weight\nfloat32", "a.b.bias", "a.0.bias", "c"))
    found = mapped(Diagram(boxes, ((0, 1, ""), (1, 2, ""), (2, 3, "")), (("a", (0, 1, 2)), ("a.b", (0, 1)))))
    assert [found.words[n] for n in range(4)] == [["weight", "float32"], ["bias"], ["a.0.bias"], ["c"]]
    assert found.names == {0: "a", 1: "b"}
