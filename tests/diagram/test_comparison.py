from __future__ import annotations

from tensorlab.api.objects import compare
from tensorlab.render.text import text


def test_a_million_floats_as_the_issue_tells_them() -> None:
    out = text(compare(n=1_000_000).scene).splitlines()
    assert out[0] == "1,000,000 values, shape (1000000,)"
    rows = {line.split("  ")[0]: line.split() for line in out[2:8]}
    assert rows["list"][1:9] == ["32,000,000", "B", "8", "B", "pointer", "+", "24", "B"]
    assert rows["numpy float64"][2:6] == ["8,000,000", "B", "8", "B"]
    assert rows["torch bfloat16*"][2:7] == ["2,000,000", "B", "2", "B", "-"]
    assert "* too narrow for some of these values: they are rounded" in out


def test_every_line_fits_80_columns() -> None:
    for figure in (compare(n=100_000), compare([[1, 2], [3, 4]]), compare([True, False] * 50), compare([1j, 2j])):
        assert all(len(line) <= 80 for line in figure.text().splitlines())


def test_interned_objects_are_said() -> None:
    out = compare([True, False] * 5).text()
    assert "10 of the 10 pointers of the list lead to objects that the interpreter shares" in out
    assert "array.array has no code for bool" in out


def test_a_boxed_float_is_shown_byte_by_byte() -> None:
    out = compare([0.5, 1.5]).text()
    assert "one boxed float, 24 B at 0x" in out
    assert "00 00 00 00 00 00 e0 3f  the C double: 0.5" in out
    assert "the address of" in out
