from __future__ import annotations

from dataclasses import replace

from tensorlab.diagram.classified import classification_scene
from tensorlab.models.classified import Answer, Classification, Label
from tensorlab.render.text import text

ANSWER = Answer(
    path="a.jpg",
    image="JPEG, 4 x 4, RGB",
    labels=(Label(281, "tabby", 9.0, 0.75), Label(0, "tench", 1.0, 0.25)),
    scores=(1.0, 9.0),
    seconds=(("open", 0.001), ("prepare", 0.002), ("forward", 0.003)),
)
FOUND = Classification(weights="imagenet", meaningful=True, device="cpu", steps=("resize",), answers=(ANSWER,))


def test_the_picture() -> None:
    told = text(classification_scene(FOUND), width=80, ascii=True).splitlines()
    assert told[:6] == [
        "alexnet on cpu, weights: imagenet",
        "a.jpg",
        "JPEG, 4 x 4, RGB",
        "",
        "label  probability  score",
        "tabby       75.00%  9.000",
    ]
    assert "6.00 ms: open 1.00 ms, prepare 2.00 ms, forward 3.00 ms" in told


def test_weights_that_know_nothing_and_files_that_failed_are_told_first_and_last() -> None:
    found = replace(FOUND, meaningful=False, weights="random", failures=(("b", "b holds no image"),), pictures=("x",))
    told = text(classification_scene(found)).splitlines()
    assert told[1] == "The weights are random: the labels mean nothing."
    assert "b holds no image" in told
    assert told[-1] == "drawn: x"
