"""The bytes that backward keeps, by owner, by module, by line. Nothing here refers to a tensor."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tensorlab.autograd.saved.record import BESIDE, Owner, Saved
from tensorlab.quantity import Quantity, counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


@dataclass(frozen=True, slots=True, kw_only=True)
class Subtotal:
    """What the nodes of one module, or of one line, keep; ``str()`` is a line of it.

    >>> print(Subtotal(name="features.0", slots=2, naive=695_040, parameters=92_928, inputs=602_112))
    features.0: 2 slots, 695,040 B: parameters 92,928 B, inputs 602,112 B
    """

    name: str
    """ "" where it was not recorded."""
    slots: int = 0
    naive: int = 0
    """Logical bytes of all slots, whatever they share."""
    parameters: int = 0
    """Bytes, each counted once: where the first slot keeps it."""
    buffers: int = 0
    inputs: int = 0
    activations: int = 0
    unclear: int = 0
    """Of no owner that is known."""

    def __str__(self) -> str:
        kinds = ("activations", "parameters", "inputs", "buffers", "unclear")
        parts = [f"{kind} {Quantity(getattr(self, kind), 'B')}" for kind in kinds if getattr(self, kind)]
        words = f"{self.name or 'not recorded'}: {counted(self.slots, 'slot')}, {Quantity(self.naive, 'B')}"
        return f"{words}: {', '.join(parts)}" if parts else words


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What the nodes of a graph keep for backward, slot by slot; ``str()`` is the totals in a line.

    ``naive`` adds up every slot as it is. It is parameters + buffers + inputs + activations + unclear, where each byte
    counts once, + ``double_counted``.

    >>> print(Ledger(nodes=1, edges=1, slots=(Saved(node=1, slot="result", state="freed"),)))
    slots 1 naive 0 params 0 activations 0 input 0 double-counted 0 freed 1 slot
    """

    slots: tuple[Saved, ...]
    """In the order of their nodes; nodes that hide what they save have one each, in state "unknown". Storages have
    numbers and no address: the ledger of one program is the same in each run."""
    nodes: int
    edges: int
    retained: int = 0
    """Bytes of the storages that the slots keep alive, each once: all of a tensor of which a slice was saved."""
    freeable: int = 0
    """Of those, what no parameter, buffer or input keeps: backward frees it, but for what other variables hold."""

    @property
    def held(self) -> tuple[Saved, ...]:
        """The slots that are there, and can be looked at."""
        return tuple(saved for saved in self.slots if saved.state == "held")

    @property
    def count(self) -> int:
        """How many slots there are, but for those of nodes that hide them, tensors on ctx, and numbers."""
        return sum(saved.state != "unknown" and saved.state not in BESIDE for saved in self.slots)

    @property
    def naive(self) -> int:
        """Logical bytes of all slots that are held, whatever they share: what pack hooks count.

        Tensors on ctx and Python numbers, which they are not given, are told apart.
        """
        return sum(saved.nbytes for saved in self.held)

    @property
    def parameters(self) -> int:
        """Bytes of parameters, each counted once."""
        return self._fresh("parameter")

    @property
    def buffers(self) -> int:
        """Bytes of buffers, each counted once."""
        return self._fresh("buffer")

    @property
    def inputs(self) -> int:
        """Bytes of what was there before, and is no parameter or buffer, each counted once."""
        return self._fresh("input")

    @property
    def activations(self) -> int:
        """Bytes that were computed on the way, each counted once."""
        return self._fresh("activation")

    @property
    def unclear(self) -> int:
        """Bytes of which it is not known whose they are, each counted once."""
        return self._fresh(None)

    @property
    def double_counted(self) -> int:
        """What ``naive`` has too much: bytes that several slots keep, and elements that lie in one place (expand)."""
        return self.naive - sum(saved.fresh for saved in self.held)

    @property
    def packed(self) -> int:
        """Bytes that hooks hold in a form of their own, as far as they can be looked at."""
        return sum(saved.nbytes for saved in self.slots if saved.state == "packed")

    @property
    def aside(self) -> int:
        """Bytes of tensors that lie on ctx beside ``save_for_backward``: no pack hook is given one."""
        return sum(saved.nbytes for saved in self.slots if saved.state == "ctx")

    @property
    def numbers(self) -> int:
        """Bytes of tensors that torch made of Python numbers: no pack hook is given one."""
        return sum(saved.nbytes for saved in self.slots if saved.state == "number")

    def by_module(self) -> tuple[Subtotal, ...]:
        """A subtotal for each module, that with most activations first; bytes count where the first slot keeps them."""
        return _subtotals(self.slots, lambda saved: saved.module)

    def by_line(self) -> tuple[Subtotal, ...]:
        """A subtotal for each source line, that with most activations first."""
        return _subtotals(self.slots, lambda saved: saved.line)

    def _fresh(self, owner: Owner | None) -> int:
        return sum(saved.fresh for saved in self.held if saved.owner == owner)

    def __str__(self) -> str:
        words = [
            f"slots {self.count:,} naive {self.naive:,} params {self.parameters:,} activations {self.activations:,}"
        ]
        words.append(f"input {self.inputs:,} double-counted {self.double_counted:,}")
        words += [f"{word} {size:,}" for word, size in (("buffers", self.buffers), ("unclear", self.unclear)) if size]
        words += [f"{word} {size:,}" for word, size in (("ctx", self.aside), ("numbers", self.numbers)) if size]
        for state, word in (("packed", "slot"), ("freed", "slot"), ("unknown", "node")):
            number = sum(saved.state == state for saved in self.slots)
            size = f" {self.packed:,}" if state == "packed" and self.packed else ""
            words += [f"{state} {counted(number, word)}{size}"] if number else []
        return " ".join(words)


def _subtotals(slots: Iterable[Saved], key: Callable[[Saved], str]) -> tuple[Subtotal, ...]:
    groups: defaultdict[str, list[Saved]] = defaultdict(list)
    for saved in slots:
        groups[key(saved)].append(saved)
    found = [_subtotal(name, together) for name, together in groups.items()]
    return tuple(sorted(found, key=lambda total: (-total.activations, -total.naive, total.name)))


def _subtotal(name: str, slots: list[Saved]) -> Subtotal:
    held = [saved for saved in slots if saved.state == "held"]
    fresh: defaultdict[Owner | None, int] = defaultdict(int)
    for saved in held:
        fresh[saved.owner] += saved.fresh
    return Subtotal(
        name=name,
        slots=sum(saved.state not in BESIDE for saved in slots),
        naive=sum(saved.nbytes for saved in held),
        parameters=fresh["parameter"],
        buffers=fresh["buffer"],
        inputs=fresh["input"],
        activations=fresh["activation"],
        unclear=fresh[None],
    )
