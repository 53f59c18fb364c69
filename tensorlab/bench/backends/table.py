"""The libraries that are compared, in the order of the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.bench.backends import compiled, ndarray, pyarray, pylist, tensor

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tensorlab.bench.backends.record import Backend

BACKENDS: Mapping[str, Backend] = {
    backend.name: backend
    for backend in (pylist.BACKEND, pyarray.BACKEND, ndarray.BACKEND, tensor.BACKEND, compiled.BACKEND)
}
