"""What torchvision offers: each model, the function that builds it, the class of what it builds, its weights."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from tensorlab.errors import unknown_name
from tensorlab.models.record import PublishedWeights, Zoo, ZooModel
from tensorlab.models.vision import torchvision

if TYPE_CHECKING:
    from collections.abc import Iterable

TASKS = {
    "detection": "detection",
    "segmentation": "segmentation",
    "video": "video",
    "optical_flow": "optical flow",
    "quantization": "quantized classification",
}
"""Package below torchvision.models to what its models do; those in none classify images."""


def zoo(pattern: str = "") -> Zoo:
    """The models whose name matches: a part of it, or a pattern with ``*``, ``?`` and ``[]``.

    Raises:
        UnknownNameError: No model has such a name.

    >>> print(zoo("alexnet"))
    alexnet(): the function that builds the class AlexNet
    """
    names = torchvision.models.list_models()
    found = [name for name in names if matches(name, pattern)]
    if not found:
        raise unknown_name("model", pattern, names)
    return Zoo(torchvision.__version__, pattern, tuple(map(zoo_model, found)))


def matches(name: str, pattern: str) -> bool:
    """Whether a name holds the pattern; where that has wildcards, whether the whole name matches it.

    >>> matches("resnet18", "net"), matches("resnet18", "net*"), matches("resnet18", "ResNet??")
    (True, False, True)
    """
    word = pattern.lower()
    return fnmatchcase(name, word) if any(mark in word for mark in "*?[") else word in name


def zoo_model(name: str) -> ZooModel:
    """One model of torchvision's.

    Raises:
        UnknownNameError: No model has that name.

    >>> one = zoo_model("alexnet")
    >>> one.function, one.builds, one.weights[0].parameters
    ('torchvision.models.alexnet.alexnet', 'torchvision.models.alexnet.AlexNet', 61100840)
    """
    known = torchvision.models.list_models()
    if name not in known:
        raise unknown_name("model", name, known)
    function = torchvision.models.get_model_builder(name)
    built = function.__annotations__["return"]
    kind = f"{built.__module__}.{built.__qualname__}" if isinstance(built, type) else f"{function.__module__}.{built}"
    enumeration = torchvision.models.get_model_weights(name)
    default = enumeration.DEFAULT.name if len(enumeration) else ""
    return ZooModel(
        name=name,
        task=TASKS.get(function.__module__.split(".")[2], "classification"),
        function=f"{function.__module__}.{function.__name__}",
        builds=kind,
        weights=tuple(_published(one, default) for one in enumeration),
    )


def _published(weights: Any, default: str) -> PublishedWeights:  # noqa: ANN401 - a member of one of torchvision's enumerations
    meta = weights.meta
    return PublishedWeights(
        name=weights.name,
        default=weights.name == default,
        parameters=meta["num_params"],
        gflops=float(meta["_ops"]),
        megabytes=float(meta["_file_size"]),
        metrics=tuple(_metrics(meta["_metrics"])),
    )


def _metrics(told: dict[str, Any]) -> Iterable[tuple[str, str, float]]:
    """Dataset, metric and value; a dataset may have parts with metrics of their own."""
    for dataset, found in told.items():
        for metric, value in found.items():
            if isinstance(value, dict):
                yield from _metrics({f"{dataset} {metric}": value})
            else:
                yield dataset, metric, float(value)
