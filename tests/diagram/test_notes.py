from __future__ import annotations

from hypothesis import given
from support.layouts import all_indices, layouts, reference_address

from tensorlab.diagram.notes import LEGEND, address_words, index_form, users_words
from tensorlab.diagram.users import Users
from tensorlab.layout.record import Layout


@given(layouts(max_axes=3, max_side=3))
def test_sums_make_the_address(layout: Layout) -> None:
    words = address_words(layout, [range(n) for n in layout.shape])
    for note, index in zip(words, all_indices(layout), strict=True):
        assert note.startswith(f"index {index}   address ")
        total = note.partition("address ")[2].partition(" = ")
        byte = reference_address(layout, index)
        assert note.endswith(f"byte {byte}")
        unit = layout.itemsize if "element" in note else 1
        assert eval(total[0].replace(" elements", "").replace(" element", "")) * unit == byte


def test_no_axes_have_no_sum() -> None:
    assert address_words(Layout((), (), 8, 4), ()) == ["index ()   address 2 elements = byte 8"]
    assert address_words(Layout((), (), 3, 4), ()) == ["index ()   address 3 = byte 3"]


def test_who_uses_a_byte() -> None:
    assert users_words(Users("hole"), "") == LEGEND["hole"]
    assert users_words(Users("unknown"), "") == LEGEND["unknown"]
    assert users_words(Users("used", ((3,),)), index_form(Layout((9,), (1,)))) == "used by index (3,)"
