"""How long torch's archive is, by the name of its file: that name stands before every record, twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_ALIGNED = 64
"""Bytes of a record begin at a multiple of this."""
_HEADER, _TAG, _DESCRIPTOR, _ENTRY, _END = 30, 4, 16, 46, 98
"""Bytes: before a record, of the tag of padding, after one with bytes, of an entry in the directory, after that."""
_WIDE = 2**32 - 1
"""Sizes and places from here on take eight bytes, in a field of their own."""


def archive_length(records: Sequence[tuple[int, int]], letters: int) -> int:
    """Bytes of an archive whose records have names of so many letters after that of the file, and so many bytes.

    >>> archive_length([(9, 10**6)], 7), archive_length([(9, 10**6)], 30)
    (1000240, 1000327)
    """
    end = directory = 0
    for after, size in records:
        name = letters + after
        wide_size, wide_place = size >= _WIDE, end >= _WIDE
        field = _TAG * (wide_size or wide_place) + 16 * wide_size + 8 * wide_place
        start = end + _HEADER + name + _TAG + field
        end = start + -start % _ALIGNED + size + (_DESCRIPTOR + 8 * bool(field) if size else 0)
        directory += _ENTRY + name + field
    return end + directory + _END


def records_in(directory: bytes) -> list[tuple[int, int]]:
    """Of each entry in the directory of an archive, the letters after the name of the file and the bytes of the record.

    >>> records_in(b"")
    []
    """
    found, place = [], 0
    while directory[place : place + 4] == b"PK\1\2":
        size, name, field, comment = (
            int.from_bytes(directory[place + start : place + stop], "little")
            for start, stop in ((24, 28), (28, 30), (30, 32), (32, 34))
        )
        inner = place + _ENTRY + name
        if size == _WIDE:
            size = int.from_bytes(directory[inner + _TAG : inner + _TAG + 8], "little")
        found.append((name - directory[place + _ENTRY : inner].find(b"/"), size))
        place = inner + field + comment
    return found


def letters_of(path: str) -> int:
    """Letters of a file's name that its records repeat: without the folder and what follows the last dot.

    >>> letters_of("runs/best.model.pt"), letters_of("x"), letters_of("größe.pt")
    (10, 1, 7)
    """
    if not path.isascii():
        return len("archive")  # such a file is written as a buffer is
    word = path.replace("\\", "/").rpartition("/")[2]
    return len(word.rpartition(".")[0] if "." in word else word)
