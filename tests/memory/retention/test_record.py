from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tensorlab.errors import LayoutError
from tensorlab.memory.record import MemoryMap
from tensorlab.memory.retention.record import Member, Retention, SaveSize, StorageGroup

if TYPE_CHECKING:
    from tensorlab.memory.record import Library


def member(name: str = "v", used: int | None = 40, library: Library = "torch") -> Member:
    return Member(name=name, memory=MemoryMap(type="T", library=library, shape=(10,), dtype=None), used=used)


def group(
    *members: Member, used: int = 40, kept: int | None = 4_000_000, device: str = "cpu", held: bool = True
) -> StorageGroup:
    return StorageGroup(members=members or (member(),), used=used, kept=kept, device=device, held=held)


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (group(), "v uses 40 B, retains 4,000,000 B (100000x); clone() before saving"),
        (group(used=0), "v uses 0 B, retains 4,000,000 B; clone() before saving"),
        (group(kept=40), "v uses all 40 B that it retains"),
        (group(kept=None), "v uses 40 B of a storage of unknown extent"),
        (group(member(""), used=0, kept=0), "it retains no bytes"),
        (group(kept=80, device="meta", held=False), "v uses 40 B of 80 B on meta: no bytes are held"),
        (group(member(library="numpy"), kept=80), "v uses 40 B, retains 80 B (2.00x); copy() to let the rest go"),
        (group(member(library="python"), kept=80), "v uses 40 B, retains 80 B (2.00x)"),
        (
            group(member("a"), member("b"), kept=80),
            "a and b share a storage, use 40 B, retain 80 B (2.00x); clone() before saving",
        ),
        (
            group(*map(member, "abcdefg"), kept=40),
            "a, b, c, d and 3 more share a storage, use all 40 B that they retain",
        ),
    ],
)
def test_a_group_in_one_sentence(made: StorageGroup, words: str) -> None:
    assert str(made) == words


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(LayoutError, match="has one member or more"):
        StorageGroup(members=(), used=0, kept=0, device="cpu")
    with pytest.raises(LayoutError, match="a storage of 4 B cannot have 5 B in use"):
        group(used=5, kept=4)
    with pytest.raises(LayoutError, match="two bounds, or a reason"):
        SaveSize(writer="torch.save", least=None, most=None)


def test_the_size_of_a_file() -> None:
    assert str(SaveSize(writer="torch.save", least=5, most=9, subject="state_dict()")) == (
        "torch.save of its state_dict() writes 5 B to 9 B"
    )
    unknown = SaveSize(writer="torch.save", least=None, most=None, reason="why")
    assert unknown.nbytes is None
    assert str(unknown) == "the size that torch.save writes is not predicted: why"


def test_many_groups_are_capped_and_counted() -> None:
    groups = tuple(group(member(f"v{n}")) for n in range(20))
    lines = str(Retention(subject="dict", groups=groups, used=800, kept=80_000_000)).splitlines()
    assert lines[0] == "20 tensors in 20 storages: 800 B used, 80,000,000 B kept alive (100000x)"
    assert lines[1].startswith("v0 uses 40 B")
    assert lines[-1] == "and 8 more groups"
    assert len(lines) == 14
