"""Images in, labels of ImageNet out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.errors import UnavailableError, UnsupportedError

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable

    from tensorlab.models.classified import Classification
    from tensorlab.progress import Progress
    from tensorlab.render.figure import Figure


def classify(  # noqa: PLR0913 - what is asked
    images: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    *,
    weights: str | os.PathLike[str] = "imagenet",
    top: int = 5,
    device: str = "cpu",
    pictures: str | os.PathLike[str] | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Classification:
    """What AlexNet says of images: resized, cropped, normalised, 1000 scores, softmax, labels of ImageNet.

    Args:
        images: Path of a file, or of several.
        weights: "imagenet": those that torchvision publishes, from the cache of torch.hub or downloaded into it and
            verified; a file that ``torch.save`` wrote; or "random:SEED", with which the labels mean nothing.
        top: Labels that are told, 1 to 1000.
        device: Where it is computed.
        pictures: Folder for pictures of the steps, the filters of the first layer and the activations, as PNG.
        progress: Called while weights are downloaded, in MiB.

    Returns:
        A record: ``answers`` hold the labels and all scores; ``str()`` says it in lines, ``tensorlab.show`` draws it.

    Raises:
        UnavailableError: torchvision (the extra vision), a file or the device is not there, or the weights cannot be
            had.
        StoreError: A file holds no image, or no weights of AlexNet. Of several images those that can be read are told.
        LayoutError: No image, or no number of labels.
        UnsupportedError: What is given is no path.

    >>> import tensorlab
    >>> tensorlab.classify("grace_hopper.jpg").answers[0].labels[0].name  # doctest: +SKIP
    'military uniform'
    """
    from os import PathLike
    from pathlib import Path

    files = [images] if isinstance(images, (str, PathLike)) else images
    try:
        paths = [Path(one) for one in files]
        folder = None if pictures is None else Path(pictures)
        words = str(Path(weights)) if not isinstance(weights, str) else weights
    except TypeError as error:
        raise UnsupportedError(f"images, weights and pictures are paths: {error}", hint="write 'dog.jpg'") from error
    try:
        from tensorlab.models.classifying import classify_files
    except ModuleNotFoundError as error:
        hint = "pip install 'tensorlab-toolkit[vision]'"
        raise UnavailableError(f"{error.name} is not installed", hint=hint) from error
    return classify_files(paths, words, top=top, device=device, pictures=folder, watch=progress)


def classification_figure(found: Classification) -> Figure:
    """The picture of it, with the record as its ``data``."""
    from tensorlab.diagram.classified import classification_scene
    from tensorlab.render.figure import Figure

    return Figure(found, classification_scene(found))
