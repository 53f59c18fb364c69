"""Which reader a file belongs to: by what it begins with, not by what it is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.memory.files import archive, npy, npz, safetensors
from tensorlab.memory.files.source import opened
from tensorlab.memory.files.zipped import entries

if TYPE_CHECKING:
    import os

    from tensorlab.memory.files.record import FileContent
    from tensorlab.memory.files.source import Source

_LEGACY = b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19."
"""What torch.save began a file with before it wrote archives."""
_KINDS = "files of tensors are .pt and .pth, .safetensors, .npy and .npz"
_KNOWN: tuple[tuple[bytes, str, str], ...] = (
    (_LEGACY, "it is of the format that torch wrote before 1.6, without a directory", "load it and save it again"),
    (b"\x80", "it is a bare pickle, which is read only by running it", "save tensors with torch.save or numpy.savez"),
    (b"\x89HDF", "it is an HDF5 file", _KINDS),
    (b"GGUF", "it is a GGUF file", _KINDS),
    (b"\x1f\x8b", "it is compressed with gzip", "uncompress it first"),
)  # fmt: skip


def read_file(path: str | os.PathLike[str]) -> FileContent:
    """Every tensor of a file and where it lies, from its directory and headers alone.

    Nothing in the file is run, no element is read, and memory does not follow what the file says of itself.

    Raises:
        UnavailableError: There is no such file.
        StoreError: It cannot be read, is cut, damaged, made to mislead, or of no kind that is known.
    """
    with opened(path) as source:
        return _read(source)


def _read(source: Source) -> FileContent:
    if not source.size:
        raise source.refused("it is empty", hint=_KINDS)
    start = source.take(0, min(16, source.size))
    if start.startswith((b"PK\3\4", b"PK\5\6")):
        return _read_zip(source)
    if npy.looks_like(source):
        return npy.read(source)
    for mark, words, hint in _KNOWN:
        if start.startswith(mark):
            raise source.refused(words, hint=hint)
    if safetensors.looks_like(source) or source.path.lower().endswith(".safetensors"):
        return safetensors.read(source)
    raise source.refused("it does not begin as a file of tensors does", hint=_KINDS)


def _read_zip(source: Source) -> FileContent:
    found = entries(source)
    if archive.is_archive(found):
        return archive.read(source, found)
    if npz.is_archive(found):
        return npz.read(source, found)
    if not found and source.path.lower().endswith(".npz"):
        return npz.read(source, found)
    raise source.refused("it is an archive of other things than tensors", hint=_KINDS)
