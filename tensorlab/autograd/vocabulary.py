"""What torch's names of nodes mean: a role and a sentence for each that is not an operator's plain backward."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tensorlab.autograd.record import Role

ROLES: dict[str, Role] = {
    "AccumulateGrad": "leaf",
    "AsStridedBackward0": "as-strided",
    "BackwardHookFunctionBackward": "custom",
    "CheckpointFunctionBackward": "checkpoint",
    "CompiledFunctionBackward": "compiled",
    "CopySlices": "copy-slices",
    "custom": "custom",
}
"""Of families of names; all others are operators."""

NOTES: dict[str, tuple[str, ...]] = {
    "BackwardHookFunctionBackward": (
        "a full backward hook of a module stands here; it passes gradients on, and forbids in-place writes to them",
    ),
    "CheckpointFunctionBackward": (
        "a reentrant checkpoint: forward runs again in backward, in a graph of its own that is not drawn here",
    ),
    "CompiledFunctionBackward": ("compiled: one node for all operators of a torch.compile region",),
    "CopySlices": ("it hides what the write saved: those bytes are known only where they were recorded",),
    "Error": ("backward raises here: this gradient cannot be differentiated again",),
    "GraphRoot": ("where a running backward starts",),
    "NotImplemented": ("backward raises here: this operator has no formula",),
    "custom": ("a custom Function: its backward is Python code",),
    "double": ("double backward: made by a backward that ran with create_graph=True",),
    "foreach": (
        "one node for a list of tensors (foreach): it hides what it saved; those bytes are known only where recorded",
    ),
    "registered": ("a custom operator: its backward was registered with torch.library",),
}
"""Of families of names."""

RERUN = "in a checkpoint: what it saved is gone, and forward runs again in backward"
"""Of a node whose saved tensors a checkpoint holds that is not reentrant."""

_FAMILIES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(DelayedError|Error)"), "Error"),
    (re.compile(r"(NotImplemented|CppFunction_not_implemented.*|.*NotImplemented.*)"), "NotImplemented"),
    (re.compile(r"_?[Ff]oreach.*"), "foreach"),
    (re.compile(r"\w+BackwardBackward\d+"), "double"),
    (re.compile(r"GeneratedBackwardFor_\w+"), "registered"),
)
"""Patterns of whole names and the families they make, tried in order."""


def bare(name: str) -> str:
    """The name without its namespace.

    >>> bare("torch::autograd::CopySlices"), bare("MulBackward0")
    ('CopySlices', 'MulBackward0')
    """
    return name.rpartition("::")[2]


def is_function(name: str) -> bool:
    """Whether it is the name of a Python Function's node: torch's own operators end in a number.

    >>> is_function("ScaleBackward"), is_function("MulBackward0"), is_function("torch::autograd::CopyBackwards")
    (True, False, False)
    """
    return name.endswith("Backward") and "::" not in name


def family(name: str) -> str:
    """The name in the tables here; the name itself where it is of no family.

    >>> family("SigmoidBackwardBackward0"), family("ScaleBackward"), family("torch::autograd::CopySlices")
    ('double', 'custom', 'CopySlices')
    """
    own = bare(name)
    if own in ROLES or own in NOTES:
        return own
    made = next((made for pattern, made in _FAMILIES if pattern.fullmatch(own)), "")
    return made or ("custom" if is_function(name) else own)
