from __future__ import annotations

import pytest

from tensorlab.errors import LayoutError
from tensorlab.models.classified import Answer, Classification, Label

ANSWER = Answer(
    path="a.jpg",
    image="JPEG, 4 x 4, RGB",
    labels=(Label(281, "tabby", 9.0, 0.75), Label(0, "tench", 1.0, 0.25)),
    scores=(1.0, 9.0),
    seconds=(("open", 0.001), ("prepare", 0.002), ("forward", 0.003)),
)
FOUND = Classification(weights="imagenet", meaningful=True, device="cpu", steps=("resize",), answers=(ANSWER,))


def test_a_line_for_each_image() -> None:
    assert str(FOUND) == "a.jpg: tabby, 75.0%, in 6.00 ms"


@pytest.mark.parametrize("probability", [-0.1, 1.1, float("nan")])
def test_a_probability_is_one(probability: float) -> None:
    with pytest.raises(LayoutError, match="a probability lies between 0 and 1"):
        Label(0, "tench", 0.0, probability)
