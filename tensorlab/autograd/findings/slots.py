"""What the nodes of a live graph saved, and whether torch would still take it: asked of torch itself, slot by slot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from tensorlab.autograd.findings.refusals import versions_of
from tensorlab.memory.internals import attribute_of_torch

if TYPE_CHECKING:
    from collections.abc import Iterator

_RAW, _PLAIN = "_raw_saved_", "_saved_"
CHECKPOINT = "torch.utils.checkpoint"
"""Module of the hooks that compute again what was not kept."""
_FREED = ("have already been freed", "second time")

Condition = Literal["good", "overwritten", "freed", "packed", "empty"]
"""Of a saved tensor: torch takes it; it was written since; backward has freed it; hooks hold it; nothing was saved."""


class Slot(NamedTuple):
    """A saved tensor of a live node. Holds the tensor: not to be kept."""

    name: str
    condition: Condition
    tensor: Any = None
    """What was saved, where it can be seen without asking a hook."""
    versions: tuple[int, int] | None = None
    """When it was saved, and now; known where it was overwritten."""
    hook: str = ""
    """Module of the hook that holds it, where one does."""


def slots_of(node: Any, known: dict[type, tuple[str, ...]]) -> Iterator[Slot]:  # noqa: ANN401 - torch gives a class a kind
    """Each saved tensor of a node. No hook is run, and nothing is computed again.

    Args:
        node: A node of torch's.
        known: Names of slots by class of node, which is filled.

    >>> import torch
    >>> squared = torch.ones(2, requires_grad=True).pow(2)
    >>> [(slot.name, slot.condition) for slot in slots_of(squared.grad_fn, {})]
    [('self', 'good')]
    """
    kind = type(node)
    names = known.get(kind)
    if names is None:
        names = known[kind] = tuple(name[len(_RAW) :] for name in dir(kind) if name.startswith(_RAW))
    for name in names:
        yield from _named(node, name)


def _named(node: Any, name: str) -> Iterator[Slot]:  # noqa: ANN401 - as above
    try:
        raw = getattr(node, _RAW + name)
    except RuntimeError as error:
        yield Slot(name, "freed" if _is_freed(error) else "empty")
        return
    if not isinstance(raw, tuple | list):
        yield _single(node, name, raw)
        return
    ours = "saved_tensors" if name == "tensors" else name
    members = [_member(f"{ours}[{place}]", one) for place, one in enumerate(raw)]
    yield from _outputs(node, members) if name == "tensors" else members


def _outputs(node: Any, members: list[Slot]) -> list[Slot]:  # noqa: ANN401 - as above
    """Outputs that a custom Function saved: torch gives them only all together, and complains of the first written."""
    whole = all(slot.condition == "good" for slot in members)
    if not whole:
        return members
    try:
        node.saved_tensors  # noqa: B018 - it is asked whether torch complains
    except RuntimeError as error:
        versions = versions_of(str(error))
        for place, slot in enumerate(members):
            if versions and attribute_of_torch(slot.tensor, "_version") == versions[1]:
                members[place] = slot._replace(condition="overwritten", versions=versions)
                break
    return members


def _is_freed(error: RuntimeError) -> bool:
    return any(words in str(error) for words in _FREED)


def _single(node: Any, name: str, raw: Any) -> Slot:  # noqa: ANN401 - as above
    if raw is None:
        return Slot(name, "empty")
    if raw.unpack_hook is not None:
        return Slot(name, "packed", hook=str(getattr(raw.unpack_hook, "__module__", "")))
    try:
        found = getattr(node, _PLAIN + name)
    except RuntimeError as error:
        return _refused(name, raw, error)
    return Slot(name, "empty" if found is None else "good", raw.data)


def _member(name: str, raw: Any) -> Slot:  # noqa: ANN401 - as above
    """One of a list, which torch gives only as a whole; a saved output cannot be asked alone, and counts as good."""
    if raw is None:
        return Slot(name, "empty")
    if raw.unpack_hook is not None:
        return Slot(name, "packed", hook=str(getattr(raw.unpack_hook, "__module__", "")))
    try:
        found = raw.unpack()
    except RuntimeError as error:
        return _refused(name, raw, error)
    return Slot(name, "empty" if found is None else "good", raw.data)


def _refused(name: str, raw: Any, error: RuntimeError) -> Slot:  # noqa: ANN401 - as above
    versions = versions_of(str(error))
    if versions is not None:
        return Slot(name, "overwritten", raw.data, versions)
    return Slot(name, "freed") if _is_freed(error) else Slot(name, "good", raw.data)
