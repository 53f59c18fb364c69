"""Images through AlexNet: torchvision's weights, transforms and categories, our network."""

from __future__ import annotations

import re
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

import torch

from tensorlab.bench.host.devices import torch_device
from tensorlab.errors import ExpressionError, LayoutError, StoreError, TensorlabError
from tensorlab.models.classified import Answer, Classification, Label
from tensorlab.models.image_files import MOST_PIXELS, opened
from tensorlab.models.layers import ALEXNET
from tensorlab.models.network import seeded_network, torch_dtype
from tensorlab.models.sheets import activation_sheet, filter_sheet, step_sheet
from tensorlab.models.vision import torchvision
from tensorlab.models.weight_files import downloaded, load_into, state_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PIL import Image
    from torch import nn

    from tensorlab.progress import Progress

WEIGHTS = torchvision.models.AlexNet_Weights.IMAGENET1K_V1
CATEGORIES: tuple[str, ...] = tuple(WEIGHTS.meta["categories"])
IMAGENET = "imagenet"
_RANDOM = re.compile(r"random(?::(?P<seed>.*))?", re.DOTALL)


class Trained(NamedTuple):
    """A network with weights, and where they come from."""

    network: nn.Module
    told: str
    meaningful: bool


class Prepared(NamedTuple):
    """An image at each step of its way to a tensor."""

    image: Image.Image
    resized: Image.Image
    cropped: Image.Image
    tensor: torch.Tensor
    """(3, 224, 224), normalised."""


def trained(weights: str, device: str, watch: Callable[[Progress], None] | None = None) -> Trained:
    """AlexNet on a device with the weights that a word or a file names.

    Args:
        weights: "imagenet", "random:SEED", or the path of a file.
        device: Where it goes.
        watch: Told how far a download is.

    Raises:
        ExpressionError: "random" without a seed that is one.
        UnavailableError: The file or the device is not there, or the weights can be had from nowhere.
        StoreError: The file is damaged, or of another network.
    """
    place = torch_device(device)
    drawn = _RANDOM.fullmatch(weights)
    if drawn is not None and not re.fullmatch("[0-9]{1,30}", drawn["seed"] or ""):
        told = f"random weights have a seed, a whole number; got {weights!r}"
        raise ExpressionError(told, hint="write random:0; the labels will mean nothing")
    seed = int(drawn["seed"]) if drawn is not None else 0
    network = seeded_network(ALEXNET, seed, place, torch_dtype("float32"))
    if drawn is not None:
        return Trained(network, f"random numbers of seed {seed}", meaningful=False)
    path, told = Path(weights), weights
    if weights == IMAGENET:
        path, told = downloaded(WEIGHTS.url, Path(torch.hub.get_dir()) / "checkpoints", watch=watch), str(WEIGHTS)
    load_into(network, state_of(path), str(path))
    return Trained(network, told, meaningful=True)


def _require_resizable(image: Image.Image, path: Path) -> None:
    """Refuse one so long and thin that it has too many pixels when its shorter side has been resized."""
    size, (short, long) = WEIGHTS.transforms().resize_size[0], sorted(image.size)
    if size * size * long > MOST_PIXELS * short:
        told = f"{path} is {image.width:,} x {image.height:,}: with {size} on its shorter side it has too many pixels"
        raise StoreError(f"{told}; at most {MOST_PIXELS:,} are made", hint="crop it before")


def prepared(image: Image.Image) -> Prepared:
    """An image as the weights want it: step by step what ``WEIGHTS.transforms()`` does at once.

    >>> from PIL import Image
    >>> image = Image.new("RGB", (300, 400), (255, 0, 0))
    >>> torch.equal(prepared(image).tensor, WEIGHTS.transforms()(image))
    True
    """
    steps, functional = WEIGHTS.transforms(), torchvision.transforms.functional
    resized = functional.resize(image, steps.resize_size, interpolation=steps.interpolation, antialias=steps.antialias)
    cropped = functional.center_crop(resized, steps.crop_size)
    tensor = functional.convert_image_dtype(functional.pil_to_tensor(cropped), torch.float)
    return Prepared(image, resized, cropped, functional.normalize(tensor, mean=steps.mean, std=steps.std))


def classify_files(  # noqa: PLR0913 - what is asked
    paths: Sequence[Path],
    weights: str,
    *,
    top: int = 5,
    device: str = "cpu",
    pictures: Path | None = None,
    watch: Callable[[Progress], None] | None = None,
) -> Classification:
    """What AlexNet says of each image.

    Where some of several files hold no image, the others are told all the same.

    Raises:
        LayoutError: No image, or a number of labels that cannot be.
        TensorlabError: As ``trained`` raises; or none of the files holds an image: why the first does not.
    """
    if not paths:
        raise LayoutError("one image or more is classified; got none", hint="name a file: dog.jpg")
    if type(top) is not int or not 1 <= top <= len(CATEGORIES):
        raise LayoutError(f"labels are 1 to {len(CATEGORIES):,}; got {top!r}", hint="for the usual: 5")
    ready = trained(weights, device, watch)
    place = torch_device(device)
    answers: list[Answer] = []
    drawn: list[str] = []
    failures: list[tuple[str, TensorlabError]] = []
    with torch.inference_mode():
        ready.network(torch.zeros((1, 3, *[WEIGHTS.transforms().crop_size[0]] * 2), device=place))  # the first is slow
        for number, path in enumerate(paths, start=1):
            try:
                answer, steps = _answered(path, ready.network, place, top)
            except TensorlabError as error:
                failures.append((str(path), error))
                continue
            answers.append(answer)
            if pictures is not None:
                drawn += _drawn(steps, ready.network, place, pictures / f"{number}-{path.stem}")
    if not answers:
        raise failures[0][1]
    if pictures is not None:
        drawn.append(filter_sheet(ready.network, pictures / "filters.png"))
    return Classification(
        weights=ready.told,
        meaningful=ready.meaningful,
        device=str(place),
        steps=_steps(),
        answers=tuple(answers),
        failures=tuple((path, error.message) for path, error in failures),
        pictures=tuple(drawn),
    )


def _answered(path: Path, network: nn.Module, place: torch.device, top: int) -> tuple[Answer, Prepared]:
    begun = perf_counter()
    found = opened(path)
    read = perf_counter()
    _require_resizable(found.image, path)
    steps = prepared(found.image)
    ready = perf_counter()
    scores = network(steps.tensor.unsqueeze(0).to(place))[0].cpu()
    done = perf_counter()
    best = scores.softmax(0).topk(top)
    labels = tuple(
        Label(index, CATEGORIES[index], float(scores[index]), min(probability, 1.0))
        for probability, index in zip(best.values.tolist(), best.indices.tolist(), strict=True)
    )
    answer = Answer(
        path=str(path),
        image=found.told,
        labels=labels,
        scores=tuple(scores.tolist()),
        seconds=(("open", read - begun), ("prepare", ready - read), ("forward", done - ready)),
    )
    return answer, steps


def _drawn(steps: Prepared, network: nn.Module, place: torch.device, stem: Path) -> list[str]:
    tensor = steps.tensor.unsqueeze(0).to(place)
    return [
        step_sheet(steps.image, steps.resized, steps.cropped, steps.tensor, stem.with_name(f"{stem.name}-steps.png")),
        activation_sheet(network, tensor, stem.with_name(f"{stem.name}-activations.png")),
    ]


def _steps() -> tuple[str, ...]:
    steps = WEIGHTS.transforms()
    return (
        f"resize: the shorter side to {steps.resize_size[0]} pixels, {steps.interpolation.value}",
        f"crop: the {steps.crop_size[0]} x {steps.crop_size[0]} pixels in the middle",
        "to tensor: (3, rows, columns), 0 to 1",
        f"normalise: minus {_numbers(steps.mean)}, over {_numbers(steps.std)} (red, green, blue)",
    )


def _numbers(values: Sequence[float]) -> str:
    return " ".join(f"{value:g}" for value in values)
