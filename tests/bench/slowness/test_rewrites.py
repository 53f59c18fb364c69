from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch

from tensorlab.bench.slowness.programs import Watch
from tensorlab.bench.slowness.rewrites import copied, in_place_variant, out_variant, rewritten

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.bench.slowness.rewrites import Way

WIDE = torch.arange(300.0 * 200).reshape(300, 200)
"""240,000 bytes: new memory is worth a thought."""


def ways(call: Callable[..., object], *given: torch.Tensor) -> dict[str, Way]:
    watch = Watch(given)
    with watch:
        result = call(*given)
    return {way.what: way for way in rewritten(watch.end(result))}


@pytest.mark.parametrize(
    ("call", "names"),
    [
        (lambda x: x + 1, ["out="]),
        (lambda x: (x + 1).exp(), ["out=", "in place"]),
        (lambda x: x.t().contiguous() * 2, ["out=", "in place", ".contiguous() once"]),
        (lambda x: x.double() @ x.double().t(), ["out=", "copy once"]),
        (lambda x: x.t(), []),
        (lambda x: x[0] + 1, []),
        (lambda x: x * float(x[0, 0]), []),
        (lambda x: (x + 1).sum().item(), []),
    ],
)
def test_what_can_be_tried(call: Callable[..., object], names: list[str]) -> None:
    assert list(ways(call, WIDE)) == names


@pytest.mark.parametrize("what", ["out=", "in place", ".contiguous() once"])
def test_each_gives_the_same_and_leaves_what_it_was_given(what: str) -> None:
    given = WIDE.clone()
    way = ways(lambda x: x.t().contiguous() * 2, given)[what]
    expected = given.t().contiguous() * 2
    call = way.make()
    for _ in range(2):
        result = call()
        assert isinstance(result, torch.Tensor)
        assert result.equal(expected)
    assert given.equal(WIDE)


def test_an_out_is_the_same_memory_each_time_and_another_in_each_make() -> None:
    way = ways(lambda x: x + 1, WIDE)["out="]
    one, other = way.make(), way.make()
    assert one().data_ptr() == one().data_ptr() != other().data_ptr()
    assert way.how == "the result of add (240,000 B) goes into a tensor that is there"


def test_nothing_is_written_in_place_that_is_needed_later() -> None:
    def twice(x: torch.Tensor) -> torch.Tensor:
        made = x + 1
        return made.exp() + made

    assert ways(twice, WIDE)["in place"].how == "add_ into a tensor that the call made and needs no more"
    assert "in place" not in ways(lambda x: (made := x + 1, made.exp()), WIDE)


def test_a_written_copy_is_made_each_time() -> None:
    assert ".contiguous() once" not in ways(lambda x: x.clone().add_(1), WIDE)


def test_a_convolution_in_channels_last() -> None:
    image, weight = torch.ones(1, 3, 8, 8), torch.ones(2, 3, 3, 3)
    call = ways(torch.nn.functional.conv2d, image, weight)["channels_last"].make()
    assert call().is_contiguous(memory_format=torch.channels_last)
    assert image.is_contiguous()


def test_variants_of_operators() -> None:
    aten = torch.ops.aten
    assert [str(out_variant(one)) for one in (aten.mm.default, aten.clone.default)] == ["aten.mm.out", "aten.clone.out"]
    assert [out_variant(one) for one in (aten.t.default, aten.add_.Tensor, aten.unbind.int, len)] == [None] * 4
    assert str(in_place_variant(aten.exp.default)) == "aten.exp_.default"
    assert [in_place_variant(one) for one in (aten.mm.default, len)] == [None] * 2


def test_copies_share_what_the_originals_share() -> None:
    base = torch.arange(6.0)
    twins = copied({0: base, 1: base[2:].view(2, 2).t(), 2: torch.eye(2).to_sparse()})
    assert twins[0].untyped_storage().data_ptr() == twins[1].untyped_storage().data_ptr() != base.data_ptr()
    assert (twins[1].tolist(), twins[1].stride()) == ([[2, 4], [3, 5]], (1, 2))
    assert twins[2].is_sparse
