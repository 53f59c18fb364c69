"""A finding of an optimizer as three lines of Python that need nothing of tensorlab's, and fail."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import torch

from tensorlab.process.record import Origin
from tensorlab.process.target import origin_of
from tensorlab.testing.arguments import written
from tensorlab.testing.optimizers.trial import placed_for
from tensorlab.testing.scripts import NAMELESS, fails_as_said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tensorlab.testing.arguments import Argument, Written
    from tensorlab.testing.optimizers.trial import Optimized
    from tensorlab.testing.record import Finding


def optimizer_script(subject: Optimized, finding: Finding) -> Finding:
    """The finding with a script that was run, and whether it failed.

    A function that no script can import is not named in it: then the run in this process was all there is.

    >>> from tensorlab.testing.optimizers.trial import Optimized
    >>> from tensorlab.testing.record import Case, Finding
    >>> found = Finding(verdict="SILENT-WRONG", contract="in-place", case=Case(arguments=()), message="")
    >>> optimizer_script(Optimized(lambda parameters: None, {}, 1, {}), found).script
    '# the function has no name that a script could import: it was called in this process'
    """
    origin = _public(subject.make) or origin_of(subject.make)
    if origin is None:
        return replace(finding, script=NAMELESS, confirmed=True)
    first = ""
    for script in _scripts(subject, finding, origin):
        first = first or script
        if fails_as_said(script, finding):
            return replace(finding, script=script, confirmed=True)
    return replace(finding, script=first)


def _public(make: object) -> Origin | None:
    """Torch's own optimizers by the names that people know."""
    name = getattr(make, "__name__", "")
    known = getattr(torch.optim, name, None) is make and bool(name)
    return Origin("import torch", f"torch.optim.{name}") if known else None


def _scripts(subject: Optimized, finding: Finding, origin: Origin) -> Iterator[str]:
    placed = placed_for(finding.case)
    count = len(placed)
    whole = finding.verdict == "STRAY-WRITE"
    for counted in (tuple(position != 1 for position in range(count)), (False,) * count):
        found = written(finding.case, placed, counted=counted, whole=whole)
        if found is not None:
            body = f"{found.source}; {_claim(finding, found)}"
            statements = "; ".join(dict.fromkeys(["import torch", *origin.statement.split("; ")]))
            yield f"{statements}\n{_function(subject, origin.expression, loaded=count > 2)}\n{body}"


def _function(subject: Optimized, name: str, *, loaded: bool) -> str:
    """The steps as a function of one line."""
    options = "".join(f", {key}={value!r}" for key, value in subject.options.items())
    names = [f"s{number}" for number in range(len(subject.kept))] if loaded else []
    parts = ["p.grad = g", f"o = {name}([p]{options})"]
    if loaded:
        parts.append(f'o.load_state_dict({{**o.state_dict(), "state": {{0: {{{_state(subject, names)}}}}}}})')
    parts.append("o.step()" if subject.steps == 1 else f"[o.step() for _ in range({subject.steps})]")
    return f"def run({', '.join(['p', 'g', *names])}): {'; '.join(parts)}"


def _state(subject: Optimized, names: list[str]) -> str:
    left = iter(names)
    words = {name: next(left) if value is None else _word(value) for name, value in subject.state.items()}
    return ", ".join(f'"{name}": {word}' for name, word in words.items())


def _word(value: Any) -> str:  # noqa: ANN401 - a number or a tensor of one
    if isinstance(value, torch.Tensor):
        return f"torch.tensor({value.item()!r}, dtype={value.dtype})"
    return repr(value)


def _claim(finding: Finding, found: Written) -> str:
    every = found.arguments
    run = f"run({', '.join(one.name for one in every)})"
    if finding.verdict == "MUTATED":
        return f"before = {every[1].name}.clone(); {run}; assert torch.equal({every[1].name}, before)"
    if finding.verdict == "STRAY-WRITE":
        return _stray(every, run)
    others = ", ".join(f"{one.name}.clone(memory_format=torch.contiguous_format)" for one in every[1:])
    first = every[0].name
    expected = f"expected = {first}.clone(memory_format=torch.contiguous_format); run(expected, {others})"
    return f"{expected}; {run}; torch.testing.assert_close({first}, expected)"


def _stray(every: tuple[Argument, ...], run: str) -> str:
    """Every base before and after, the elements that may be written made zero in both."""
    parts = [f"old_{one.name} = {one.base}.clone()" for one in every]
    parts.append(run)
    parts += [f"{one.name}.zero_(); {one.over(f'old_{one.name}')}.zero_()" for one in every if one is not every[1]]
    tests = " and ".join(f"torch.equal({one.base}, old_{one.name})" for one in every)
    return "; ".join([*parts, f"assert {tests}"])
