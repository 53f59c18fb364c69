import pytest
import torch

from tensorlab.testing import over_layouts


def flat_sum(x: torch.Tensor) -> torch.Tensor:
    return x.as_strided((x.numel(),), (1,), x.storage_offset()).sum()


def check_sum(x: torch.Tensor, y: torch.Tensor) -> None:
    assert flat_sum(x) == x.sum() + 0 * y.sum()


NOTE = """\

fails with these arguments:

2 objects, 2 storages
"""


def test_the_simplest_failing_arguments_are_told() -> None:
    seen: list[torch.Tensor] = []

    def body(x: torch.Tensor, y: torch.Tensor) -> None:
        seen.append(x)
        check_sum(x, y)

    with pytest.raises(AssertionError) as raised:
        over_layouts(body, "float32[n, m]", "float32[n]", names=("left", "right"))
    (note,) = raised.value.__notes__
    assert note.startswith(NOTE)
    assert note.splitlines()[-1].startswith("left = torch.arange(1., ")
    assert "; right = torch.arange(1., " in note.splitlines()[-1]
    assert seen[-1].numel() <= 4


def test_every_kind_of_exception_is_a_failure() -> None:
    def picky(x: torch.Tensor) -> None:
        if not x.is_contiguous():
            raise KeyError("strides")

    with pytest.raises(KeyError, match="strides"):
        over_layouts(picky, "float32[n, m]")


def test_a_failure_on_contiguous_arguments_is_one_too() -> None:
    with pytest.raises(ZeroDivisionError, match="division"):
        over_layouts(lambda x: 1 / (x.ndim - x.ndim), "float32[n]")


def test_a_sound_test_passes_as_often_as_was_asked() -> None:
    seen: list[tuple[int, ...]] = []
    over_layouts(lambda x: seen.append(x.stride()), "float32[n, m]", examples=30)
    assert len(seen) == 30
    assert len(set(seen)) > 5
