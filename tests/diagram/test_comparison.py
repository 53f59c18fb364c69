from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import torch

from tensorlab.api.objects import compare
from tensorlab.diagram.comparison import comparison_scene
from tensorlab.memory.comparison import collect
from tensorlab.memory.record import ForkCost
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


def spacing(*things: object) -> list[str]:
    table = compare(*things).text().split("bytes to the next ones")[1].split("\n\n")[0]
    return [line for line in table.splitlines() if line]


def test_a_single_step_is_not_called_even_or_scattered() -> None:
    for size, words in ((1, ""), (2, ""), (3, "evenly spaced")):
        found = spacing(np.zeros(size), torch.zeros(size))
        assert [line.endswith("evenly spaced") for line in found] == [bool(words)] * 2
        assert not any("scattered" in line or line.endswith("-") for line in found)


def test_boxes_that_many_pointers_share_are_not_divided() -> None:
    out = compare([0.5] * 1000).text()
    assert "8 B pointer + shared boxes" in out
    assert "e-" not in out.split("container         first")[0]
    assert "8 B pointer + 24 B box" in compare([0.5, 1.5]).text()


def test_next_to_no_bytes_an_element_are_told_without_an_exponent() -> None:
    assert "less than 0.01 B" in compare(np.broadcast_to(0.5, (1000, 1000))).text()


def test_a_bound_says_at_most() -> None:
    wild = torch.empty(10**8, device="meta").as_strided((3000, 3000), (3667, 6119))
    out = compare(wild).text()
    assert "at most 36,000,000 B" in out
    assert "at most: elements overlap in a pattern that is not counted" in out
    windows = np.lib.stride_tricks.sliding_window_view(np.arange(1000.0), 500)
    assert "numpy float64  8,000 B" in compare(windows).text()


def test_one_value_is_one() -> None:
    out = compare([1]).text().splitlines()
    assert out[0] == "1 value, shape (1,)"
    assert "the pointer of the list leads to an object that the interpreter shares" in out


FORKED = """\
cost of a fork
container        copied
list       61,500,000 B
mmap                  -  none is made of that kind

pages that reading makes private, measured in a fork: a list's, since each read
  writes a reference count"""


def test_the_cost_of_a_fork_to_the_letter() -> None:
    costs = (ForkCost("list", 61_500_000), ForkCost("mmap", None, "none is made of that kind"))
    drawn = text(comparison_scene(replace(collect([[0.5]]), forks=costs)))
    assert drawn.endswith(f"\n\n{FORKED}")
    assert "cost of a fork" not in text(comparison_scene(collect([[0.5]])))


def test_reserve_and_shared_boxes_are_said() -> None:
    value = 0.5
    grown = [value, 1.5, 2.5]
    grown.append(value)
    spare = sys.getsizeof(grown) - sys.getsizeof([]) - 32
    out = text(comparison_scene(collect([grown])))
    assert spare > 0
    assert f"the table of the list has {spare} B in reserve, not counted above: it grew" in out
    assert "the 4 pointers of the list lead to 3 different objects" in out
    assert "in reserve" not in text(comparison_scene(collect([(300, 301), (1, 2)])))


def test_a_c_type_is_told_precisely() -> None:
    lines = {line.split("  ")[0]: line for line in compare(np.zeros(2, "l"), np.zeros(2, "d")).text().splitlines()[1:4]}
    assert "  long  " in lines["numpy int64"]
    assert "  double  " in lines["numpy float64"]
