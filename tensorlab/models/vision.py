"""torchvision, also beside a CPU build of torch. The one module that imports it; importing this one does so at once.

The wheel of torchvision on PyPI is built for CUDA. Beside a CPU build of torch its compiled operators cannot load, and
its Python part then stops at ``operator torchvision::nms does not exist``. Declaring the two operators that it looks
for lets it import: its models, weights and transforms work, ``torchvision.ops.nms`` and ``torchvision.io`` do not.

Raises:
    UnavailableError: On import, where torchvision is not installed.

>>> from tensorlab.models.vision import torchvision
>>> sum(p.numel() for p in torchvision.models.alexnet().parameters())
61100840
"""

from __future__ import annotations

import sys

import torch

from tensorlab.errors import UnavailableError

__all__ = ["DECLARED", "torchvision"]

OPERATORS = ("nms", "qnms")
"""What torchvision expects to find and describes to torch while it is imported."""


def declared_operators() -> torch.library.Library:
    """The operators, declared without a kernel, for as long as the result is kept."""
    library = torch.library.Library("torchvision", "DEF")  # type: ignore[no-untyped-call]  # torch has no annotation
    for name in OPERATORS:
        schema = f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
        library.define(schema)  # type: ignore[no-untyped-call]  # likewise
    return library


def forget(package: str) -> None:
    """Remove a package from the modules that Python holds, so that a failed import can start afresh.

    >>> forget("no_such_package")
    """
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        del sys.modules[name]


def lacks_operators(error: RuntimeError) -> bool:
    """Whether an import of torchvision failed for the reason that declaring its operators cures.

    >>> lacks_operators(RuntimeError("operator torchvision::nms does not exist"))
    True
    >>> lacks_operators(RuntimeError("out of memory"))
    False
    """
    return any(f"operator torchvision::{name} does not exist" in str(error) for name in OPERATORS)


DECLARED: torch.library.Library | None = None
"""The declared operators, kept alive; None where torchvision has its own."""

try:
    import torchvision
except ModuleNotFoundError as error:
    if error.name != "torchvision":
        raise
    raise UnavailableError("torchvision is not installed", hint="pip install 'tensorlab-toolkit[vision]'") from error
except RuntimeError as error:
    if not lacks_operators(error):
        raise
    forget("torchvision")
    DECLARED = declared_operators()
    import torchvision
