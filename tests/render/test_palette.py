from __future__ import annotations

from typing import get_args

from tensorlab.render.palette import HUE_LOOKS, LOOKS, look, paint
from tensorlab.scene.record import HUES, Role


def test_every_role_has_a_look() -> None:
    assert set(LOOKS) == set(get_args(Role))


def test_roles_of_cells_differ_without_colour() -> None:
    marks = [LOOKS[role].marks for role in ("used", "reused", "hole", "unknown")]
    assert len(set(marks)) == len(marks)


def test_marks_are_one_column_of_ascii_each() -> None:
    assert all(len(mark) == 1 and mark.isascii() for look in LOOKS.values() for mark in look.marks)


def test_colour_is_switched_off_after_the_text() -> None:
    assert paint("x", "bad") == "\x1b[31mx\x1b[0m"
    assert paint("", "bad") == ""


def test_hues_are_apart_and_reach_what_is_used_only() -> None:
    assert len({hue.css for hue in HUE_LOOKS}) == len({hue.ansi for hue in HUE_LOOKS}) == len(HUE_LOOKS) == HUES
    for role in get_args(Role):
        assert (look(role, 3) != LOOKS[role]) == (role in {"used", "reused"})
        assert look(role, 3).marks == LOOKS[role].marks
    assert paint("x", "reused", 0) == "\x1b[30;48;5;110;4mx\x1b[0m"
