"""Pictures of what AlexNet sees: an image on its way to a tensor, filters, activations; as PNG."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from tensorlab.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import torch
    from torch import nn

PAPER, INK = (255, 255, 255), (40, 40, 40)
GAP, LINE = 12, 16
"""Pixels between pictures, and of a line of words."""
ORIGINAL = 256
"""Pixels of the longer side that a photograph is shown in."""
TILE = 66
"""Pixels of a filter, which has 11."""
ACROSS = 16
MOST_CHANNELS = 64
LAYERS = ("features.1", "features.4", "features.7", "features.9", "features.11")
"""After whose ReLU activations are drawn."""


def step_sheet(image: Image.Image, resized: Image.Image, cropped: Image.Image, tensor: torch.Tensor, path: Path) -> str:
    """The image as it is, resized, cropped and normalised, side by side; the name of the file.

    Raises:
        StoreError: The file cannot be written.
    """
    small = image.copy()
    small.thumbnail((ORIGINAL, ORIGINAL))
    low, high = float(tensor.min()), float(tensor.max())
    parts = [
        (f"the image, {_size(image)}", small),
        (f"resized, {_size(resized)}", resized),
        (f"cropped, {_size(cropped)}", cropped),
        (f"normalised, {low:.2f} to {high:.2f}", _colour(_stretched(tensor))),
    ]
    return _saved(_beside(parts), path)


def filter_sheet(network: nn.Module, path: Path) -> str:
    """The filters of the first layer, each from its smallest number to its largest; the name of the file."""
    weight = network.get_parameter("features.0.weight").detach().float().cpu()
    tiles = [_colour(_stretched(one)).resize((TILE, TILE), Image.Resampling.NEAREST) for one in weight]
    rows, columns = weight.shape[2:]
    words = f"features.0: {len(tiles)} filters of {rows} x {columns} pixels in 3 colours, each stretched"
    return _saved(_below([(words, _grid(tiles))]), path)


def activation_sheet(network: nn.Module, tensor: torch.Tensor, path: Path) -> str:
    """What comes out of each ReLU of the convolutions, channel by channel; the name of the file."""
    found: dict[str, torch.Tensor] = {}

    def keep(name: str) -> object:
        def hook(module: nn.Module, given: object, result: torch.Tensor) -> None:  # noqa: ARG001 - as torch calls it
            found[name] = result[0].detach().float().cpu().clone()

        return network.get_submodule(name).register_forward_hook(hook)

    handles = [keep(name) for name in LAYERS]
    try:
        network(tensor)
    finally:
        for handle in handles:
            handle.remove()  # type: ignore[attr-defined]  # torch's handle
    parts = []
    for name, result in found.items():
        channels, rows, columns = result.shape
        shown = result[:MOST_CHANNELS]
        top = float(result.max()) or 1.0
        tiles = [Image.fromarray((255 * one / top).byte().numpy()).convert("RGB") for one in shown]
        scale = max(1, TILE // rows)
        tiles = [one.resize((scale * columns, scale * rows), Image.Resampling.NEAREST) for one in tiles]
        words = f"{name}: {len(tiles)} of {channels} channels, {rows} x {columns}; white is {top:.3g}"
        parts.append((words, _grid(tiles)))
    return _saved(_below(parts), path)


def _size(image: Image.Image) -> str:
    return f"{image.width:,} x {image.height:,}"


def _stretched(values: torch.Tensor) -> torch.Tensor:
    """From 0 at the smallest to 1 at the largest."""
    low, high = values.min(), values.max()
    return (values - low) / (high - low).clamp(min=1e-12)


def _colour(values: torch.Tensor) -> Image.Image:
    """(3, rows, columns) from 0 to 1."""
    return Image.fromarray((255 * values).round().byte().permute(1, 2, 0).contiguous().numpy())


def _grid(tiles: Sequence[Image.Image]) -> Image.Image:
    width, height = (tiles[0].width + 2, tiles[0].height + 2)
    lines = -(-len(tiles) // ACROSS)
    sheet = Image.new("RGB", (width * min(ACROSS, len(tiles)), height * lines), PAPER)
    for number, tile in enumerate(tiles):
        sheet.paste(tile, (number % ACROSS * width, number // ACROSS * height))
    return sheet


def _beside(parts: Sequence[tuple[str, Image.Image]]) -> Image.Image:
    widths = [max(image.width, 6 * len(words)) + GAP for words, image in parts]
    height = max(image.height for _, image in parts)
    sheet = Image.new("RGB", (sum(widths) + GAP, height + LINE + 2 * GAP), PAPER)
    draw, left = ImageDraw.Draw(sheet), GAP
    for (words, image), width in zip(parts, widths, strict=True):
        draw.text((left, GAP // 2), words, fill=INK)
        sheet.paste(image, (left, GAP + LINE))
        left += width
    return sheet


def _below(parts: Sequence[tuple[str, Image.Image]]) -> Image.Image:
    width = max(max(image.width, 6 * len(words)) for words, image in parts)
    sheet = Image.new("RGB", (width + 2 * GAP, sum(image.height + LINE + GAP for _, image in parts) + GAP), PAPER)
    draw, top = ImageDraw.Draw(sheet), GAP
    for words, image in parts:
        draw.text((GAP, top), words, fill=INK)
        sheet.paste(image, (GAP, top + LINE))
        top += image.height + LINE + GAP
    return sheet


def _saved(sheet: Image.Image, path: Path) -> str:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        sheet.save(path)
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror or error}") from error
    return str(path)
