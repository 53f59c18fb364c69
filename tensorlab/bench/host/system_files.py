"""Small files in which the system tells about itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def contents(path: Path) -> str:
    """The text of a file; "" where it cannot be read, since another system tells elsewhere or not at all.

    >>> from pathlib import Path
    >>> contents(Path("no", "such", "file"))
    ''
    """
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
