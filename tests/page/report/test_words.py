from __future__ import annotations

from tensorlab.page.report.words import Entry, cell, facts, heads, paragraphs, table


def test_what_comes_from_a_file_is_escaped() -> None:
    nasty = "<i>\"&'"
    safe = "&lt;i&gt;&quot;&amp;&#x27;"
    assert cell(Entry(nasty, note=nasty)) == f'<td title="{safe}">{safe}</td>'
    for made in (table((nasty,), [], caption=nasty), facts([(nasty, nasty)]), paragraphs([nasty]), heads((nasty,))):
        assert safe in made
        assert nasty not in made


def test_numbers_stand_on_the_right_and_know_their_order() -> None:
    assert cell(Entry("1 µs", 1e-6, kind="good")) == '<td class="n good" data-v="1e-06">1 µs</td>'
    assert cell(Entry("stride 8", 8, left=True)) == '<td data-v="8">stride 8</td>'
    assert cell(Entry("why", span=3)) == '<td colspan="3">why</td>'


def test_what_is_empty_is_left_out() -> None:
    assert facts([("a", ""), ("b", "c")]) == '<dl class="facts"><dt>b</dt><dd>c</dd></dl>'
