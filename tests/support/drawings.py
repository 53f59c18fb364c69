"""The pictures under docs/pictures/, made by the project itself.

- PICTURES are SVG: the same bytes in every run.
- SHEETS are of pixels: what ``classify`` draws of a photograph. Other versions of Pillow, or of torch's kernels, may
  round a pixel in another way.

``PYTHONPATH=tests python -m support.drawings`` draws them anew.
"""

from __future__ import annotations

from dataclasses import replace
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from matplotlib.cbook import get_sample_data
from PIL import Image
from support.probe import ROOT

from tensorlab.api.autograd_targets import run_target
from tensorlab.api.classifying import classify
from tensorlab.api.layer_profiles import profile
from tensorlab.api.networks import alexnet
from tensorlab.api.objects import show
from tensorlab.diagram.architecture_solids import architecture
from tensorlab.diagram.layer_memory import memory_section
from tensorlab.render.figure import Figure
from tensorlab.scene.record import Group

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FOLDER = ROOT / "docs/pictures"
_EVERY = 128
_FROM = 64
"""Elements begin at an odd multiple of 64 bytes: how far an address is aligned is one of the facts of a picture."""


def numbers(count: int, dtype: Any) -> torch.Tensor:
    """Counted from 0, at an address that ends in the same bits in every run."""
    nbytes = count * np.dtype(dtype).itemsize
    room = np.zeros(nbytes + _EVERY, np.uint8)
    start = (_FROM - room.ctypes.data) % _EVERY
    made = room[start : start + nbytes].view(dtype)
    made[:] = np.arange(count).astype(dtype)
    return torch.from_numpy(made)


def _views() -> Figure:
    x = numbers(24, np.float32).reshape(4, 6)
    return show(x, x.t(), x[1:, ::2])


def _bytes() -> Figure:
    whole = numbers(4, np.int32)
    return show(whole, whole.view(torch.int8))


def _windows() -> Figure:
    return show(numbers(8, np.float32).unfold(0, 4, 2))


def _blocks() -> Figure:
    return show(numbers(48, np.int16).reshape(2, 4, 6)[:, 1:3, ::2])


def _boxes() -> Figure:
    row = [2.5, 3.5]
    return show([[0.5, 1.5], row, row])


def _graph(target: str) -> Figure:
    """The graph of a target, without lines, which change with the file that they are in."""
    found = run_target(target, train=target == "alexnet").graph()
    return show(
        replace(
            found,
            places=tuple((module, "") for module, _ in found.places),
            remarks=(),
            details={number: replace(node, line="", notes=()) for number, node in found.details.items()},
        )
    )


def _alexnet() -> Figure:
    return _graph("alexnet")


def _pixels() -> Figure:
    """Of a photograph: its layout is drawn, not its colours."""
    with Image.open(get_sample_data("grace_hopper.jpg", asfileobj=False)) as image:
        height, width = image.height, image.width
    pixels = numbers(height * width * 3, np.uint8).numpy().reshape(height, width, 3)[200:202, 250:253]
    return show(pixels, pixels.transpose(2, 0, 1))


def _filter() -> Figure:
    """The first pixels of the second filter."""
    filters = numbers(64 * 3 * 11 * 11, np.float32).reshape(64, 3, 11, 11)
    return show(filters[1, :, :2, :3])


def _alive() -> Figure:
    """Without the weights, beside which the rest would be a flat line."""
    found = profile(alexnet(), torch.zeros(1, 3, 224, 224), seconds=0)
    passing = replace(found, blocks=tuple(block for block in found.blocks if block.role != "parameter"))
    return Figure(passing, Group(memory_section(passing).children[:1], title="AlexNet, one image: beside the weights"))


def _sheet(ending: str, rows: int | None = None) -> Image.Image:
    """Of what ``classify`` draws, the file with that ending; its upper rows of pixels, or all."""
    photograph = get_sample_data("grace_hopper.jpg", asfileobj=False)
    with TemporaryDirectory() as folder:
        drawn = classify(photograph, weights="random:0", pictures=folder).pictures
        with Image.open(next(path for path in drawn if path.endswith(ending))) as image:
            return image.convert("RGB").crop((0, 0, image.width, rows or image.height))


def _transformer() -> Figure:
    return _graph("support.transformer:loss")


def _architecture() -> Figure:
    """Of records alone: no time is in it."""
    found = profile(alexnet(), torch.zeros(1, 3, 224, 224), seconds=0)
    drawn = architecture(found)
    assert drawn is not None
    return Figure(found, Group((drawn,), title="AlexNet"))


PICTURES: dict[str, Callable[[], Figure]] = {
    "views": _views,
    "bytes": _bytes,
    "windows": _windows,
    "blocks": _blocks,
    "boxes": _boxes,
    "graph_alexnet": _alexnet,
    "graph_transformer": _transformer,
    "architecture_alexnet": _architecture,
    "alexnet_pixels": _pixels,
    "alexnet_filter": _filter,
    "alexnet_alive": _alive,
}
"""By the name of their file."""

SHEETS: dict[str, Callable[[], Image.Image]] = {
    "alexnet_steps": lambda: _sheet("steps.png"),
    "alexnet_activations": lambda: _sheet("activations.png", rows=260),
}
"""By the name of their file, a JPEG."""


def save_sheet(sheet: Image.Image, path: Path) -> None:
    """As small as it may be."""
    sheet.save(path, "JPEG", quality=80)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, draw in PICTURES.items():
        draw().save(FOLDER / f"{name}.svg")
    for name, sheet in SHEETS.items():
        save_sheet(sheet(), FOLDER / f"{name}.jpg")
