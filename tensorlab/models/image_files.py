"""Image files of any kind as RGB images of 8 bits, and what was done to them on the way."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, NamedTuple

from PIL import Image, ImageOps, UnidentifiedImageError

from tensorlab.errors import StoreError, UnavailableError
from tensorlab.memory.naming import reason

if TYPE_CHECKING:
    from pathlib import Path

MOST_PIXELS = 100_000_000
"""Of an image: three bytes each, and four times as much as floats."""
_ORIENTATION = 0x0112
_SIXTEEN = frozenset({"I;16", "I;16B", "I;16L", "I;16N"})
_UNBOUNDED = frozenset({"I", "F"})
"""Numbers of which nobody says which is white."""


class Opened(NamedTuple):
    """An image, and what is to be known of it."""

    image: Image.Image
    """In RGB."""
    told: str
    """"JPEG, 512 x 606, CMYK; turned as its EXIF says"."""


def opened(path: Path) -> Opened:
    """The image in a file: turned as its EXIF says, in RGB, the first where there are several.

    Transparency is left out, as torchvision does; of 16 bits the upper 8 are kept.

    Raises:
        UnavailableError: There is no such file.
        StoreError: It holds no image, is cut off or damaged, has too many pixels, or numbers of which nobody knows
            which is white.
    """
    if not path.exists():
        raise UnavailableError(f"there is no file {str(path)!r}", hint="name an image: .jpg, .png, .webp")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path) as image:
                return _rgb(image, path)
    except StoreError:
        raise
    except Image.DecompressionBombError as error:
        raise _too_large(path, "more than twice as many as Pillow reads") from error
    except UnidentifiedImageError as error:
        raise StoreError(f"{path} holds no image that Pillow knows", hint="name a .jpg, .png or .webp") from error
    except Exception as error:  # decoders raise what they like: SyntaxError, struct.error, zlib.error
        raise StoreError(f"{path} cannot be read as an image: {reason(error)}", hint="is the file whole?") from error


def _rgb(image: Image.Image, path: Path) -> Opened:
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise _too_large(path, f"{width:,} x {height:,}")
    if image.mode in _UNBOUNDED:
        told = f"{path} has pixels of mode {image.mode}, 32 bits each, and nothing says which number is white"
        raise StoreError(told, hint="save it with 8 or 16 bits")
    facts = [f"{image.format}, {width:,} x {height:,}, {image.mode}"]
    if getattr(image, "n_frames", 1) > 1:
        facts.append("the first of several images")
    turned = image.getexif().get(_ORIENTATION, 1) not in {0, 1}
    if image.mode in _SIXTEEN:
        facts.append("the upper 8 of 16 bits")
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.has_transparency_data:
        facts.append("its transparency left out")
    if turned:
        facts.append("turned as its EXIF says")
        image = ImageOps.exif_transpose(image)
    return Opened(image.convert("RGB"), "; ".join(facts))


def _too_large(path: Path, what: str) -> StoreError:
    told = f"{path} has too many pixels: {what}; at most {MOST_PIXELS:,} are read"
    return StoreError(told, hint="scale it down first: 256 pixels are kept of its shorter side")
