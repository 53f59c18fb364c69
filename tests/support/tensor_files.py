"""Files of tensors, whole and hostile, and safetensors without its library."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def torch_bytes(thing: object, **options: Any) -> bytes:
    """What torch.save writes."""
    stream = io.BytesIO()
    torch.save(thing, stream, **options)
    return stream.getvalue()


def archive_bytes(records: Mapping[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    """A zip of these records."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in records.items():
            archive.writestr(name, content)
    return stream.getvalue()


def with_pickle(pickle: bytes, **storages: bytes) -> bytes:
    """An archive of torch with that pickle; storages are called ``s0``, ``s1``, ..."""
    data = {f"a/data/{key.removeprefix('s')}": content for key, content in storages.items()}
    return archive_bytes({"a/data.pkl": pickle, "a/byteorder": b"little", "a/version": b"3\n", **data})


def safetensors_bytes(header: object, data: bytes = b"") -> bytes:
    """A safetensors file with that header, of JSON or as it is."""
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(raw).to_bytes(8, "little") + raw + data


def sound_safetensors() -> bytes:
    """Two tensors and a word about them."""
    header = {
        "__metadata__": {"format": "pt"},
        "w": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]},
        "b": {"dtype": "BF16", "shape": [3], "data_offsets": [24, 30]},
    }
    return safetensors_bytes(header, bytes(30))


def npy_bytes(array: Any, **options: Any) -> bytes:
    """What numpy.save writes."""
    stream = io.BytesIO()
    np.save(stream, array, **options)
    return stream.getvalue()


def npz_bytes(*, compressed: bool = False, **arrays: Any) -> bytes:
    """What numpy.savez writes."""
    stream = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(stream, **arrays)
    return stream.getvalue()


def some_files() -> dict[str, bytes]:
    """A small sound file of each kind."""
    base = torch.arange(40.0)
    return {
        "x.pt": torch_bytes({"a": base[5:9], "b": [base[7:12].t(), torch.nn.Parameter(base[:2])], "n": 3}),
        "old.pt": torch_bytes({"a": base[5:9]}, pickle_protocol=4),
        "x.safetensors": sound_safetensors(),
        "x.npy": npy_bytes(np.arange(12, dtype=">i2").reshape(3, 4, order="F")),
        "s.npy": npy_bytes(np.zeros(3, dtype=[("x", "<f8"), ("n", "u1", (2,))])),
        "x.npz": npz_bytes(one=np.arange(5), two=np.ones((2, 2))),
        "c.npz": npz_bytes(compressed=True, one=np.arange(50), two=np.ones((2, 2))),
    }


def written(folder: Path, name: str, content: bytes) -> str:
    """The path of a file with that content."""
    path = folder / name
    path.write_bytes(content)
    return str(path)
