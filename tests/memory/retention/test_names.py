from __future__ import annotations

import pytest

from tensorlab.memory.retention.names import Place, key_piece, name


@pytest.mark.parametrize(
    ("key", "piece"),
    [
        ("w", ".w"),
        ("0", ".0"),
        ("it's", '["it\'s"]'),
        ("", "['']"),
        ("x" * 300, f"['{'x' * 60}'…]"),
        (1.5, "[1.5]"),
        (None, "[None]"),
        (10**50, "[a long integer]"),
        (b"b", "[b'b']"),
    ],
)
def test_keys_as_parts_of_names(key: object, piece: str) -> None:
    assert key_piece(key, 0) == piece


def test_a_key_of_an_unknown_class_is_counted() -> None:
    class Loud(str):
        __slots__ = ()

        def __repr__(self) -> str:
            raise SystemExit("code of the key ran")

        __str__ = __repr__

    assert key_piece(Loud("w"), 0) == ".w"
    assert key_piece((1, 2), 3) == "[key 3: tuple]"


def test_a_long_way_shows_its_end() -> None:
    place = Place(None, "a")
    assert name(Place(place, ".b")) == "a.b"
    for _ in range(100):
        place = Place(place, "[0]")
    assert name(place) == "…" + "[0]" * 24
