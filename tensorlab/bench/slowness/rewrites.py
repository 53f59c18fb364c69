"""Other ways to run the same operators: into memory that is there, in place, without the copy that each call makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import torch

from tensorlab.bench.slowness.programs import Program, Ref, Step, facts_of, filled, runnable, storage_of
from tensorlab.bench.slowness.words import plain_name
from tensorlab.quantity import Quantity, listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tensorlab.bench.slowness.programs import Facts

LEAST = 1 << 16
"""Bytes of a result from which on new memory is worth a thought."""
COPYING = frozenset({"aten.clone.default", "aten._to_copy.default"})
MOST_NAMED = 3


class Way(NamedTuple):
    """Another way to make the same call."""

    what: str
    how: str
    make: Callable[[], Callable[[], Any]]
    """Makes the call, with what it needs at hand."""


def rewritten(program: Program) -> list[Way]:
    """What could be tried: nobody knows yet whether it is faster, or gives the same."""
    if not program.whole or program.result is None:
        return []
    return [way for way in (_into(program), _in_place(program), _once(program), _other_layout(program)) if way]


def repeated(program: Program) -> Way:
    """The same operators and nothing between them: what rewritten ones are beside, since they leave that out too."""
    return Way("its operators alone", "", lambda: runnable(_copy(program)))


def _into(program: Program) -> Way | None:
    """Results go into tensors that are there."""
    found = {
        place: out
        for place, step in enumerate(program.steps)
        if _is_large(program, step) and (out := out_variant(step.func)) is not None
    }
    if not found:
        return None
    names = [plain_name(str(program.steps[place].func)) for place in found]
    total = Quantity(sum(program.facts[_one(program.steps[place])].nbytes for place in found), "B")
    how = f"the result of {listed(list(dict.fromkeys(names)), MOST_NAMED)} ({total}) goes into a tensor that is there"

    def make() -> Callable[[], Any]:
        changed = _copy(program)
        for place, out in found.items():
            step = changed.steps[place]
            number = _add(changed, _buffer(program.facts[_one(step)]))
            if str(step.func) in COPYING:
                given = Ref(number), step.args[0]
                changed.steps[place] = Step(torch.ops.aten.copy_.default, given, {}, step.gave)
            else:
                kwargs = {key: value for key, value in step.kwargs.items() if key != "memory_format"}
                changed.steps[place] = Step(out, step.args, {**kwargs, "out": Ref(number)}, step.gave)
        return runnable(changed)

    return Way("out=", how, make)


def _in_place(program: Program) -> Way | None:
    """An operator writes into a tensor that the call made and needs no more."""
    last = program.last_uses()
    made = {_one(step): place for place, step in enumerate(program.steps) if _is_large(program, step)}
    found: dict[int, Any] = {}
    for place, step in enumerate(program.steps):
        first = step.args[0] if step.args else None
        if not (_is_large(program, step) and isinstance(first, Ref) and first.number in made):
            continue
        before, after = program.facts[first.number], program.facts[_one(step)]
        alike = before.shape == after.shape and before.dtype == after.dtype
        variant = in_place_variant(step.func) if alike and last[before.storage] == place else None
        if variant is not None and step.given.count(first.number) == 1:
            found[place] = variant
    if not found:
        return None
    names = list(dict.fromkeys(f"{plain_name(str(program.steps[place].func))}_" for place in found))
    how = f"{listed(names, MOST_NAMED)} into a tensor that the call made and needs no more"

    def make() -> Callable[[], Any]:
        changed = _copy(program)
        for place, variant in found.items():
            changed.steps[place] = changed.steps[place]._replace(func=variant)
        return runnable(changed)

    return Way("in place", how, make)


def _once(program: Program) -> Way | None:
    """Copies of what the call did not make are made once, before the calls."""
    steady = set(program.outside)
    places: list[int] = []
    for place, step in enumerate(program.steps):
        given = step.given
        alone = type(step.gave) is Ref and given and set(given) <= steady
        if alone and (str(step.func) in COPYING or _is_view(program, step)):
            places.append(place)
            steady.add(step.gave.number)
    copies = [place for place in places if str(program.steps[place].func) in COPYING]
    if not copies or any(_writes(step) for step in program.steps):
        return None
    total = Quantity(sum(program.facts[program.steps[place].gave.number].nbytes for place in copies), "B")
    kinds = {str(program.steps[place].func) for place in copies}
    what = ".contiguous() once" if kinds == {"aten.clone.default"} else "copy once"
    how = f"the {'copy' if len(copies) == 1 else f'{len(copies)} copies'} of {total} made before, not in each call"

    def make() -> Callable[[], Any]:
        changed = _copy(program)
        values: dict[int, Any] = dict(changed.outside)
        for place in places:
            step = changed.steps[place]
            values[step.gave.number] = step.func(*filled(step.args, values), **filled(step.kwargs, values))
            changed.outside[step.gave.number] = values[step.gave.number]
        kept = set(range(len(changed.steps))) - set(places)
        changed.steps = [changed.steps[place] for place in sorted(kept)]
        return runnable(changed)

    return Way(what, how, make)


def _other_layout(program: Program) -> Way | None:
    """What a convolution is given lies in channels_last."""
    convolved = [step for step in program.steps if "convolution" in str(step.func)]
    numbers = [number for number, tensor in program.outside.items() if tensor.dim() == 4]
    if not convolved or not numbers:
        return None

    def make() -> Callable[[], Any]:
        changed = _copy(program)
        for number in numbers:
            changed.outside[number] = changed.outside[number].contiguous(memory_format=torch.channels_last)
        return runnable(changed)

    return Way("channels_last", "images and weights in memory_format=torch.channels_last, once, before the calls", make)


def out_variant(func: object) -> Callable[..., Any] | None:
    """The operator that does the same into a given tensor; None where there is none.

    >>> str(out_variant(torch.ops.aten.add.Tensor)), out_variant(torch.ops.aten.add_.Tensor) is None
    ('aten.add.out', True)
    """
    schema: Any = getattr(func, "_schema", None)
    packet: Any = getattr(func, "overloadpacket", None)
    if schema is None or schema.is_mutable or len(schema.returns) != 1:
        return None
    if schema.returns[0].alias_info is not None:  # a view
        return None
    wanted = _words(schema.arguments)
    for name in packet.overloads():
        other: Callable[..., Any] = getattr(packet, name)
        words = _words(other._schema.arguments)  # type: ignore[attr-defined]  # noqa: SLF001 - what torch keeps it in
        if words[-1:] == [("out", "Tensor")] and words[:-1] == wanted:
            return other
    return None


def in_place_variant(func: object) -> Callable[..., Any] | None:
    """The operator that writes its result over its first argument; None where there is none.

    >>> str(in_place_variant(torch.ops.aten.mul.Tensor)), in_place_variant(torch.ops.aten.mm.default) is None
    ('aten.mul_.Tensor', True)
    """
    space, _, rest = str(func).partition(".")
    name, _, overload = rest.partition(".")
    packet = getattr(getattr(torch.ops, space, None), f"{name}_", None)
    return getattr(packet, overload, None) if packet is not None else None


def _words(arguments: Iterable[Any]) -> list[tuple[str, str]]:
    return [(one.name, str(one.type)) for one in arguments]


def _one(step: Step) -> int:
    return int(step.gave.number) if type(step.gave) is Ref else -1


def _is_large(program: Program, step: Step) -> bool:
    """Whether it makes one large tensor in memory of its own."""
    number = _one(step)
    if number < 0 or _writes(step) or program.facts[number].nbytes < LEAST:
        return False
    return not _is_view(program, step)


def _is_view(program: Program, step: Step) -> bool:
    storages = {program.facts[number].storage for number in step.given}
    return _one(step) >= 0 and program.facts[_one(step)].storage in storages and not _writes(step)


def _writes(step: Step) -> bool:
    schema: Any = getattr(step.func, "_schema", None)
    return schema is not None and bool(schema.is_mutable)


def _copy(program: Program) -> Program:
    """The same steps over copies of what lay outside, so that each make has other addresses."""
    changed = Program()
    changed.steps, changed.facts, changed.result = list(program.steps), list(program.facts), program.result
    changed.outside = copied(program.outside)
    return changed


def copied(tensors: dict[int, torch.Tensor]) -> dict[int, torch.Tensor]:
    """Copies with the same strides; what shared a storage still does."""
    storages: dict[int, torch.UntypedStorage] = {}
    found = {}
    for number, tensor in tensors.items():
        own = tensor.detach()
        if own.layout is not torch.strided or not storage_of(own):
            found[number] = own
            continue
        storage = own.untyped_storage()
        clone = storages.setdefault(storage_of(own), storage.clone())  # type: ignore[no-untyped-call]  # as torch has it
        twin = torch.empty(0, dtype=own.dtype, device=own.device)
        found[number] = twin.set_(clone, own.storage_offset(), own.size(), own.stride())
    return found


def _buffer(fact: Facts) -> torch.Tensor:
    """As the operator itself would make it, with its pages touched."""
    return torch.empty_strided(fact.shape, fact.strides, dtype=fact.dtype, device=fact.device).zero_()


def _add(program: Program, tensor: torch.Tensor) -> int:
    number = len(program.facts)
    program.facts.append(facts_of(tensor, number))
    program.outside[number] = tensor
    return number
