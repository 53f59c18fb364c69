"""What a difference says."""

from __future__ import annotations

from tensorlab.autograd.difference.record import Change, Difference, Weight


def test_the_limit_is_about_the_second_graph_and_every_byte_counts_once() -> None:
    small, large = Weight(nodes=1, edges=0, activations=4), Weight(nodes=1, edges=0, activations=4, parameters=8)
    assert large.saved == 12
    assert Difference(before=small, after=large, limit=11).exceeds
    assert not Difference(before=small, after=large, limit=12).exceeds
    assert not Difference(before=large, after=small, limit=4).exceeds
    assert str(Difference(before=small, after=large, limit=11)).endswith("12 B: above the limit of 11 B")


def test_a_change_is_a_line() -> None:
    assert str(Change(name="SinBackward0", count=1_000, line="a.py:1")) == "SinBackward0 x 1,000 a.py:1"
