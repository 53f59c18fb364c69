"""The models that torchvision builds."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tensorlab.render.figure import Figure


def list_models(pattern: str = "") -> Figure:
    """Models, the functions that build them, the classes of what they build, and the weights that are published.

    Args:
        pattern: A part of the name, or a pattern with ``*``, ``?`` and ``[]``; "" means all.

    Returns:
        A ``Figure`` of a ``Zoo``.

    Raises:
        UnknownNameError: No model has such a name.
        UnavailableError: torchvision is not installed.

    >>> from tensorlab.api.model_zoo import list_models
    >>> [one.name for one in list_models("vgg1?_bn").data.models]
    ['vgg11_bn', 'vgg13_bn', 'vgg16_bn', 'vgg19_bn']
    """
    from tensorlab.diagram.zoo import zoo_scene
    from tensorlab.models.zoo import zoo
    from tensorlab.render.figure import Figure

    found = zoo(pattern)
    return Figure(found, zoo_scene(found))


def show_model(name: str) -> Figure:
    """One model, module by module: what comes out of each, and how many parameters it has.

    It is built without weights and without memory for them, so the largest takes no more than the smallest.

    Args:
        name: As torchvision calls it: "resnet18".

    Returns:
        A ``Figure`` of a ``ModelTrace``.

    Raises:
        UnknownNameError: No model has that name.
        UnavailableError: torchvision is not installed.

    >>> from tensorlab.api.model_zoo import show_model
    >>> found = show_model("alexnet").data
    >>> found.modules[-1].name, found.modules[-1].outputs[0][1], found.parameters
    ('classifier.6', (1, 1000), 61100840)
    """
    from tensorlab.diagram.zoo import trace_scene
    from tensorlab.models.tracing import traced
    from tensorlab.render.figure import Figure

    found = traced(name)
    return Figure(found, trace_scene(found))
