"""SVG to PNG, by resvg and the font that matplotlib ships. The one module that imports resvg; imported when it is used.

Raises:
    UnavailableError: On import, where resvg_py is not installed.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from tensorlab.errors import UnavailableError

_EXTRA = "pip install 'tensorlab-toolkit[png]'"

try:
    import resvg_py
except ModuleNotFoundError as error:
    if error.name != "resvg_py":
        raise
    raise UnavailableError("resvg_py is not installed, which paints PNG", hint=_EXTRA) from error

ZOOM = 2
"""Pixels of the picture for one of the SVG, along each side: for slides and dense screens."""
_FONTS = "matplotlib/mpl-data/fonts/ttf"
_FACES = ("DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf")
_OURS = ((0x0000, 0x0590), (0x2000, 0x2800))
"""Characters that this font has: Latin, Greek, Cyrillic; arrows, signs, lines."""


def painted(svg: str) -> bytes:
    """The picture as PNG, with twice the pixels along each side.

    Fonts of the system are looked at only where a character is not in ours, so that the same picture has the same
    bytes on every machine.

    Raises:
        UnavailableError: The font is not there.

    >>> picture = painted('<svg xmlns="http://www.w3.org/2000/svg" width="3" height="2"/>')
    >>> int.from_bytes(picture[16:20], "big"), int.from_bytes(picture[20:24], "big")
    (6, 4)
    """
    return resvg_py.svg_to_bytes(
        svg_string=svg,
        font_files=list(font_files()),
        monospace_family="DejaVu Sans Mono",
        skip_system_fonts=not needs_more_fonts(svg),
        zoom=ZOOM,
    )


def needs_more_fonts(text: str) -> bool:
    """Whether a character is not one of those that our font has.

    >>> needs_more_fonts("a → b … µ"), needs_more_fonts("日")
    (False, True)
    """
    if text.isascii():
        return False
    return any(not any(low <= ord(sign) < high for low, high in _OURS) for sign in set(text))


@cache
def font_files() -> tuple[str, ...]:
    """DejaVu Sans Mono, regular and bold, without importing matplotlib.

    Raises:
        UnavailableError: matplotlib is not installed, or is without it.

    >>> [file.rpartition("/")[2] for file in font_files()]
    ['DejaVuSansMono.ttf', 'DejaVuSansMono-Bold.ttf']
    """
    try:
        package = distribution("matplotlib")
    except PackageNotFoundError as error:
        raise UnavailableError("matplotlib is not installed, whose font PNG is written in", hint=_EXTRA) from error
    files = [Path(str(package.locate_file(f"{_FONTS}/{face}"))) for face in _FACES]
    missing = [file.name for file in files if not file.is_file()]
    if missing:
        raise UnavailableError(f"matplotlib is without its font {missing[0]}, which PNG is written in", hint=_EXTRA)
    return tuple(map(str, files))
