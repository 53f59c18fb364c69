"""What a conversion did, as it was measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tensorlab.errors import LayoutError

Outcome = Literal["shares", "copies", "no bytes", "refuses", "dies", "hangs", "untried"]
"""What became of the bytes; "no bytes": there are none to share or to copy."""
Loss = Literal["read-only", "strides", "values"]
ACTS: dict[Outcome, str] = {"refuses": "raises", "dies": "aborts", "hangs": "hangs"}
"""In a sentence about a hazard."""

_PYTHON = {"float": "float64", "int": "int64"}
_SEVERAL = {"gives": "give", "lets": "let"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """One source given to one function; ``str()`` is a sentence.

    Raises:
        LayoutError: What refused or died made something.

    >>> print(Conversion(source="ndarray", call="torch.tensor", outcome="copies", before="float64", after="float32"))
    ndarray: torch.tensor copies, float64 -> float32
    """

    source: str
    """What was converted: "ndarray", "ndarray, negative stride"."""
    call: str
    """The function: "torch.from_numpy"."""
    outcome: Outcome
    made: str = ""
    """Type of the result."""
    before: str = ""
    """Dtype of the source; of a list, the Python type of its elements."""
    after: str = ""
    """Dtype of the result."""
    lost: tuple[Loss, ...] = ()
    """What the result has no longer: the source's refusal to be written, its strides in bytes, its very values."""
    written: bool | None = None
    """Whether a write into the result changed the source; None where nothing could be written."""
    warning: str = ""
    """What the library warned of."""
    reason: str = ""
    """Why there is no result: an exception's first line, a signal, a time limit."""

    def __post_init__(self) -> None:
        if self.made and self.outcome in {"refuses", "dies", "hangs", "untried"}:
            raise LayoutError(f"a conversion that {self.outcome} makes nothing; got {self.made!r}")

    @property
    def changes_dtype(self) -> bool:
        """Whether elements are of another dtype than before; a Python float is a float64, an int an int64.

        >>> found = Conversion(source="list", call="torch.tensor", outcome="copies", before="float", after="float32")
        >>> found.changes_dtype
        True
        """
        return (
            bool(self.made or self.after) and len({_PYTHON.get(name, name) for name in (self.before, self.after)}) > 1
        )

    @property
    def hazards(self) -> tuple[str, ...]:
        """What may surprise: a process that dies, values that differ, a read-only source that is written."""
        words = [ACTS[self.outcome]] if self.outcome in {"dies", "hangs"} else []
        words += ["gives other values"] if "values" in self.lost else []
        if "read-only" in self.lost and self.written:
            words.append("lets a read-only source be written")
        return tuple(words)

    def __str__(self) -> str:
        words = f"{self.source}: {self.call} {self.outcome}"
        if self.reason:
            return f"{words}: {self.reason}"
        kinds = self.after if self.after == self.before else f"{self.before} -> {self.after}"
        losses = "".join(f", {loss} lost" for loss in self.lost)
        return f"{words}, {kinds}{losses}{', with a warning' if self.warning else ''}"


@dataclass(frozen=True, slots=True)
class Conversions:
    """A table of conversions, and with what it was measured; ``str()`` names the hazards."""

    versions: tuple[tuple[str, str], ...]
    """Name and version of each library."""
    rows: tuple[Conversion, ...]

    @property
    def hazards(self) -> tuple[str, ...]:
        """A line for each source with which something goes wrong that no exception tells."""
        rows = {row.source: [other for other in self.rows if other.source == row.source] for row in self.rows}
        odd = {source: found for source, found in rows.items() if any(row.hazards for row in found)}
        short = [source.partition(", ")[2] for source in odd]
        names = {
            source: name if short.count(name) == 1 and name else source for source, name in zip(odd, short, strict=True)
        }
        return tuple(f"{names[source]}: {self._acts(found)}" for source, found in odd.items())

    def _acts(self, rows: list[Conversion]) -> str:
        """What each function does with the source: torch's by their bare names, where no other library's is told of."""
        acts = [
            (row.call, act) for row in rows for act in ((ACTS["refuses"],) if row.outcome == "refuses" else row.hazards)
        ]
        version = dict(self.versions).get("torch", "").partition("+")[0]
        alone = all(call.startswith("torch.") for call, _ in acts)
        called = [(call.removeprefix("torch.") if alone else call, act) for call, act in acts]
        words = [f"{call} {act}" for call, act in called if " " not in act]
        same = dict.fromkeys(act for _, act in called if " " in act)
        words += [_several([call for call, other in called if other == act], act) for act in same]
        return f"{', '.join(words)}{f' on torch {version}' if alone else ''}"

    def __str__(self) -> str:
        return "\n".join(self.hazards) or f"{len(self.rows)} conversions, none with a hazard"


def _several(calls: list[str], act: str) -> str:
    """One sentence for all functions that do the same.

    >>> _several(["a"], "gives other values"), _several(["a", "b", "c"], "gives other values")
    ('a gives other values', 'a, b and c give other values')
    """
    if len(calls) == 1:
        return f"{calls[0]} {act}"
    verb, _, rest = act.partition(" ")
    return f"{', '.join(calls[:-1])} and {calls[-1]} {_SEVERAL[verb]} {rest}"
