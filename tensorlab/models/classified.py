"""What a network says of images. Imports neither torch nor NumPy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tensorlab.errors import LayoutError
from tensorlab.quantity import prefixed

Step = Literal["open", "prepare", "forward"]


@dataclass(frozen=True, slots=True)
class Label:
    """One of the thousand.

    Raises:
        LayoutError: A probability outside 0 to 1.
    """

    index: int
    """Of the category, from 0."""
    name: str
    """"tabby"."""
    score: float
    """Before softmax."""
    probability: float

    def __post_init__(self) -> None:
        if not 0 <= self.probability <= 1:
            raise LayoutError(f"a probability lies between 0 and 1; got {self.probability}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is said of one image."""

    path: str
    image: str
    """What the file holds, and what was done to it: "JPEG, 512 x 606, RGB"."""
    labels: tuple[Label, ...]
    """The most probable first."""
    scores: tuple[float, ...]
    """Of all categories, before softmax."""
    seconds: tuple[tuple[Step, float], ...]
    """Of each step: reading the file, its way to a tensor, the forward pass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """What AlexNet says of images. ``str()`` is a line for each; ``tensorlab.show`` draws it."""

    weights: str
    """Where they come from: "AlexNet_Weights.IMAGENET1K_V1", "random numbers of seed 0"."""
    meaningful: bool
    """Whether they were trained: otherwise the labels mean nothing."""
    device: str
    steps: tuple[str, ...]
    """How an image becomes a tensor: "resize: the shorter side to 256 pixels"."""
    answers: tuple[Answer, ...]
    failures: tuple[tuple[str, str], ...] = ()
    """Files of which nothing can be said, and why."""
    pictures: tuple[str, ...] = ()
    """Files that were drawn."""

    def __str__(self) -> str:
        lines = [] if self.meaningful else [f"the labels mean nothing: the weights are {self.weights}"]
        for one in self.answers:
            best = one.labels[0]
            seconds = sum(spent for _, spent in one.seconds)
            lines.append(f"{one.path}: {best.name}, {100 * best.probability:.1f}%, in {prefixed(seconds, 's')}")
        return "\n".join([*lines, *(why for _, why in self.failures)])
