from __future__ import annotations

from collections import Counter

from tensorlab.layout.dtype import dtype
from tensorlab.testing.optimizers.drawing import SHAPES, optimizer_cases

KIND = dtype("float32")


def test_the_same_seed_gives_the_same_cases() -> None:
    once, again, other = (list(optimizer_cases(KIND, 2, examples=300, seed=seed)) for seed in (0, 0, 1))
    assert once == again
    assert once != other
    assert {len(case.arguments) for case in once} == {2, 4}


def test_nothing_is_written_where_elements_share_memory() -> None:
    for case in optimizer_cases(KIND, 1, examples=600, seed=3):
        parameter, gradient, *state = case.arguments
        for laid in (parameter, *state):
            assert not laid.classes & {"stride 0", "overlapping", "neg", "conj", "dtype view"}
        assert gradient.layout.shape == parameter.layout.shape


def test_every_class_is_drawn_for_gradients_too() -> None:
    drawn = Counter(
        name for case in optimizer_cases(KIND, 0, examples=600, seed=0) for name in case.arguments[1].classes
    )
    assert min(drawn[name] for name in ("permuted", "gaps", "offset", "stride 0", "overlapping", "channels_last")) > 5


def test_checkpoints_lie_otherwise_than_their_model() -> None:
    cases = optimizer_cases(KIND, 2, examples=300, seed=0, shapes=((1, 2, 2, 2),))
    found = [
        case
        for case in cases
        if len(case.arguments) == 4
        and "channels_last" in case.arguments[0].classes
        and case.arguments[0] == case.arguments[1]
        and "contiguous" in case.arguments[2].classes
    ]
    assert found
    assert (2, 2) in SHAPES
