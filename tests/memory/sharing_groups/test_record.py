from __future__ import annotations

import pytest

from tensorlab.errors import LayoutError
from tensorlab.layout.record import Answer, Overlap
from tensorlab.memory.record import MemoryMap
from tensorlab.memory.sharing_groups.record import SharedPair, SharingGroup, SharingMap

MEMORY = MemoryMap(type="T", library="torch", shape=(10,), dtype=None)
YES = Overlap(Answer.YES, "bounds", ((1, 2), ()), 4)
UNKNOWN = Overlap(Answer.UNKNOWN, "cap", cap="too far")


def group(*names: str) -> SharingGroup:
    members = tuple((name, MEMORY) for name in names)
    return SharingGroup(members=members, nbytes=40, exact=True, pairs=(SharedPair(names[0], names[1], YES),))


def test_a_pair_names_its_indices() -> None:
    assert str(SharedPair("a", "b", YES)) == "a[1,2] and b[()]"
    assert str(SharedPair("a", "b", UNKNOWN)) == "a and b: UNKNOWN, too far"


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(LayoutError, match="a and b share nothing"):
        SharedPair("a", "b", Overlap(Answer.NO, "gcd"))
    with pytest.raises(LayoutError, match="two members or more; got 1"):
        SharingGroup(members=(("a", MEMORY),), nbytes=0, exact=True, pairs=())


def test_the_map_in_words() -> None:
    found = SharingMap(
        groups=(group("a", "b"),), alone=("c", "d"), unknown=(SharedPair("e", "f", UNKNOWN),), unchecked=1200
    )
    assert str(found).splitlines() == [
        "a and b share memory, 40 B in all: a[1,2] and b[()] are the same byte",
        "c and d share with none",
        "e and f: UNKNOWN, too far",
        "UNKNOWN: 1,200 pairs not compared",
    ]
    assert found.count == 4
    assert str(SharingMap(groups=(), alone=("c", "d"))) == "c and d share with none of the others"
    assert str(SharingMap(groups=(), alone=())) == "nothing to compare"
    many = SharingMap(groups=tuple(group(f"a{n}", f"b{n}") for n in range(20)), alone=())
    assert str(many).splitlines()[-1] == "and 8 more groups"


def test_lists_of_names_are_short() -> None:
    assert str(SharingMap(groups=(), alone=("a",))) == "a shares with none of the others"
    names = "a, b, c, d, e, f and 3 more"
    assert str(SharingMap(groups=(), alone=tuple("abcdefghi"))) == f"{names} share with none of the others"
