from __future__ import annotations

from tensorlab.testing.source import Seeded, pick


def test_a_seed_gives_every_integer_between_both_ends() -> None:
    source = Seeded(1)
    assert {source.integer(-1, 2) for _ in range(200)} == {-1, 0, 1, 2}


def test_every_option_is_picked() -> None:
    source = Seeded(2)
    assert {pick(source, ("a", "b", "c")) for _ in range(100)} == {"a", "b", "c"}
