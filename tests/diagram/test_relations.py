from __future__ import annotations

from tensorlab.diagram.cells import Spot
from tensorlab.diagram.relations import MOST_PAIRS, Member, relations
from tensorlab.diagram.strips import View
from tensorlab.layout.record import Answer, Layout, Overlap
from tensorlab.memory.sharing.record import Sharing
from tensorlab.memory.sharing.verdict import no, unknown
from tensorlab.render.text import text
from tensorlab.scene.record import Group


def member(name: str, layout: Layout | None, *spaces: str, shift: int = 0) -> Member:
    own = None if layout is None else View(name, layout, Spot(spaces[0], shift))
    return Member(name, own, frozenset(spaces))


def said(members: list[Member], *answers: Sharing, unchecked: int = 0) -> list[str]:
    return text(Group(tuple(relations(members, answers, unchecked))), width=200).splitlines()


FLAT = Layout((4,), (4,), 0, 4)
YES = Sharing(Overlap(Answer.YES, "bounds", ((0,), (0,)), 0), "byte 0 of one storage on cpu", names=("A", "B"))


def pair(answer: Sharing, first: str, second: str) -> Sharing:
    return Sharing(answer.overlap, answer.reason, names=(first, second))


def test_shared_bytes_are_counted_where_they_can_be() -> None:
    half = Layout((2,), (4,), 0, 4)
    assert said([member("A", FLAT, "s"), member("B", FLAT, "s")], YES) == ["A and B share 16 B: all of both"]
    assert said([member("A", FLAT, "s"), member("B", half, "s", shift=4)], YES) == ["A and B share 8 B: all of B"]
    assert said([member("A", FLAT, "s"), member("B", FLAT, "s", shift=4)], YES) == ["A and B share 12 B"]


def test_what_has_no_layout_is_told_by_a_witness() -> None:
    assert said([member("A", None, "s", "t"), member("B", FLAT, "t")], YES) == [
        "A and B share bytes: A[0] and B[0] are the same byte 0 of one storage on cpu"
    ]


def test_what_is_not_known_is_said_first_after_what_is() -> None:
    members = [member("A", FLAT, "s"), member("B", FLAT, "s", shift=16), member("C", FLAT, "t"), member("D", None)]
    answers = [
        pair(no("bounds: apart"), "A", "B"),
        pair(unknown("two mappings"), "A", "C"),
        pair(no("bounds: apart"), "B", "C"),
        pair(no("no memory: none"), "A", "D"),
    ]
    assert said(members, *answers) == [
        "A and C: not known whether they share a byte: two mappings",
        "A and B share no byte of s",
        "D has no byte to share",
    ]


def test_those_apart_are_one_sentence() -> None:
    members = [member(name, FLAT, name.lower()) for name in "ABC"]
    assert said(members, pair(no("bounds: apart"), "A", "B")) == ["A, B and C lie apart, each in a storage of its own"]
    assert said(members[:1]) == ["A lies apart in a storage of its own"]


def test_pairs_beyond_the_first_are_counted() -> None:
    members = [member(chr(65 + n), FLAT, "s") for n in range(6)]
    answers = [pair(YES, a.name, b.name) for a in members for b in members if a.name < b.name]
    lines = said(members, *answers, unchecked=7)
    assert len(lines) == MOST_PAIRS + 1
    assert lines[-1] == "… 10 more pairs not told"


def test_common_objects_are_told_after_who_lies_apart() -> None:
    members = [member(name, FLAT, name.lower()) for name in "AB"]
    lines = text(Group(tuple(relations(members, [], 0, [("A", "B", 2)]))), width=200).splitlines()
    assert lines == ["A and B lie apart, each in a storage of its own", "A and B point at 2 common objects"]
    many = [("A", "B", 1)] * (MOST_PAIRS + 2)
    lines = text(Group(tuple(relations(members, [], 0, many))), width=200).splitlines()
    assert lines[-2:] == [
        "A and B point at 1 common object",
        "… 2 more pairs that point at common objects not told",
    ]
