"""What a network says of images, as tables of 80 columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.quantity import prefixed
from tensorlab.scene.record import Cell, Group, Span, Table, Text

if TYPE_CHECKING:
    from tensorlab.models.classified import Answer, Classification
    from tensorlab.scene.record import Element


def classification_scene(found: Classification) -> Group:
    """A table of labels for each image; how an image becomes a tensor; what the weights are."""
    parts: list[Element] = []
    if not found.meaningful:
        parts.append(Text((Span(f"The weights are {found.weights}: the labels mean nothing.", "bad"),)))
    parts += [_answer(one) for one in found.answers]
    parts += [Text((Span(why, "bad"),)) for _, why in found.failures]
    parts += [Text((Span(step, "dim"),)) for step in found.steps]
    if found.pictures:
        parts.append(Text((Span(f"drawn: {', '.join(found.pictures)}", "dim"),)))
    return Group(tuple(parts), title=f"alexnet on {found.device}, weights: {found.weights}")


def _answer(one: Answer) -> Group:
    rows = tuple(
        (
            Cell(Span(label.name, "strong" if not place else "plain"), note=f"category {label.index}"),
            Cell(Span(f"{100 * label.probability:.2f}%"), right=True),
            Cell(Span(f"{label.score:.3f}"), right=True),
        )
        for place, label in enumerate(one.labels)
    )
    spent = ", ".join(f"{step} {prefixed(seconds, 's')}" for step, seconds in one.seconds)
    total = prefixed(sum(seconds for _, seconds in one.seconds), "s")
    table = Table(("label", "probability", "score"), rows)
    return Group((Text((Span(one.image, "dim"),)), table, Text((Span(f"{total}: {spent}", "dim"),))), title=one.path)
