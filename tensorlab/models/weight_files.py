"""Weights from a file or from the net: whole, of the right kind, and of the right network."""

from __future__ import annotations

import re
import tempfile
import warnings
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import torch

from tensorlab.errors import StoreError, UnavailableError
from tensorlab.memory.naming import reason
from tensorlab.progress import Progress
from tensorlab.quantity import Quantity, listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from http.client import HTTPResponse

    from torch import nn

PIECE = 1 << 18
"""Bytes that are read at once."""
TIMEOUT = 30.0
"""Seconds without a byte until a download is given up."""
MOST_NAMED = 64
"""Keys that an error names of each kind: more than the network has."""
_WRAPPED = "module."
"""How keys begin of a network that was saved inside DataParallel."""
_HASH = re.compile(r"-([0-9a-f]{8,64})\.\w+$")


def downloaded(
    url: str, folder: Path, *, timeout: float = TIMEOUT, watch: Callable[[Progress], None] | None = None
) -> Path:
    """The file of a URL whose name ends with the beginning of its SHA-256, as those of torch.hub's cache do.

    One that is there is verified and used. A new one has its name only when it is whole and right.

    Args:
        url: ``https://.../alexnet-owt-7be5be79.pth``.
        folder: Where it is kept.
        timeout: Seconds without a byte until it is given up.
        watch: Told how much is there, in MiB.

    Raises:
        UnavailableError: It is not there, and cannot be had.
        StoreError: What is there, or what came, is not what its name says.
    """
    name = url.rpartition("/")[2]
    path = folder / name
    if path.exists():
        _verify(_digest(path), name, f"{path} is damaged", "remove it: it is downloaded again")
        return path
    hint = f"download {url} elsewhere, and put it into {folder}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with urlopen(url, timeout=timeout) as answer:  # noqa: S310 - the URL is of torchvision's own table
            part, digest = _received(answer, path, watch)
        with _removed_unless_renamed(part):
            _verify(digest, name, f"what {url} sent is not {name}", hint)
            part.chmod(0o644)
            part.replace(path)
    except StoreError:
        raise
    except OSError as error:
        if isinstance(error, HTTPError):
            error.close()
        told = f"{name} is not in {folder}, and {url} cannot be read: {_why(error, timeout)}"
        raise UnavailableError(told, hint=hint) from error
    return path


@contextmanager
def _removed_unless_renamed(part: Path) -> Iterator[None]:
    try:
        yield
    finally:
        part.unlink(missing_ok=True)


def _why(error: OSError, timeout: float) -> str:
    cause = error.reason if isinstance(error, URLError) and isinstance(error.reason, OSError) else error
    return f"no byte in {timeout:g} s" if isinstance(cause, TimeoutError) else reason(cause)


def _received(answer: HTTPResponse, path: Path, watch: Callable[[Progress], None] | None) -> tuple[Path, str]:
    """All that comes, in a file of its own beside the path, and its SHA-256.

    Raises:
        OSError: Less came than was announced; the file is gone.
    """
    total = int(answer.headers.get("Content-Length") or 0)
    digest, done = sha256(), 0
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as file:
        part = Path(file.name)
        try:
            while piece := answer.read(PIECE):
                file.write(piece)
                digest.update(piece)
                done += len(piece)
                if watch is not None:
                    watch(Progress(f"download {path.name}, MiB", done >> 20, max(total, done) >> 20))
            _require_all(done, total)
        except BaseException:
            part.unlink()
            raise
    return part, digest.hexdigest()


def _require_all(done: int, total: int) -> None:
    if done < total:
        raise OSError(f"cut off after {Quantity(done, 'B')} of {Quantity(total, 'B')}")


def _digest(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _verify(digest: str, name: str, told: str, hint: str) -> None:
    found = _HASH.search(name)
    if found is not None and not digest.startswith(found[1]):
        raise StoreError(f"{told}: its SHA-256 begins with {digest[: len(found[1])]}, not {found[1]}", hint=hint)


def state_of(path: Path) -> dict[str, torch.Tensor]:
    """The tensors of a file that ``torch.save`` wrote, read without running code from it.

    A checkpoint with a ``state_dict`` in it is taken for that.

    Raises:
        UnavailableError: There is no such file.
        StoreError: It is damaged, holds more than tensors, or no state dict.
    """
    hint = "save it with torch.save(network.state_dict(), path)"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            found = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError as error:
        raise UnavailableError(f"there is no file {str(path)!r}", hint="or --weights random:0") from error
    except Exception as error:  # whatever a damaged file makes unpickling raise
        told = reason(error).partition(". ")[0]
        raise StoreError(f"{path} holds no weights that can be read: {told}", hint=hint) from error
    if isinstance(found, dict) and isinstance(found.get("state_dict"), dict):
        found = found["state_dict"]
    if not isinstance(found, dict) or not found:
        raise StoreError(f"{path} holds {type(found).__name__}, and no dict of names and tensors", hint=hint)
    for name, one in found.items():
        if not isinstance(one, torch.Tensor):
            raise StoreError(f"{path} is no dict of names and tensors: {name!r} is {type(one).__name__}", hint=hint)
    return found


def load_into(network: nn.Module, state: Mapping[str, torch.Tensor], where: str) -> None:
    """Fill a network with weights that are its own, every key and every shape.

    Raises:
        StoreError: Keys are missing or unknown, or shapes differ; each is named.
    """
    own = network.state_dict()
    missing = [name for name in own if name not in state]
    unknown = [name for name in state if name not in own]
    shapes = [
        f"{name} is {tuple(state[name].shape)}, not {tuple(own[name].shape)}"
        for name in own
        if name in state and state[name].shape != own[name].shape
    ]
    faults = [("missing", missing), ("unexpected", unknown), ("of another shape", shapes)]
    told = "; ".join(f"{word}: {listed(names, MOST_NAMED)}" for word, names in faults if names)
    if told:
        wrapped = all(name.removeprefix(_WRAPPED) in own for name in unknown) and unknown
        hint = f"take {_WRAPPED!r} off each key" if wrapped else "AlexNet as torchvision builds it has 16 keys"
        raise StoreError(f"{where} is of another network: {told}", hint=hint)
    for name in own:
        _require_numbers(state[name], name, where)
    network.load_state_dict(dict(state))


def _require_numbers(weight: torch.Tensor, name: str, where: str) -> None:
    """Floating-point numbers side by side, each of them finite."""
    if weight.is_meta or weight.layout != torch.strided or weight.is_quantized:
        what = "on the meta device" if weight.is_meta else "quantized" if weight.is_quantized else f"{weight.layout}"
        raise StoreError(f"{where}: {name} is {what}, and holds no numbers side by side", hint="save it dense")
    if not weight.is_floating_point():
        raise StoreError(
            f"{where}: {name} holds {weight.dtype}, and no floating-point numbers", hint="save it as float32"
        )
    if not bool(torch.isfinite(weight).all()):
        raise StoreError(f"{where}: {name} holds numbers that are not finite", hint="these weights answer nothing")
