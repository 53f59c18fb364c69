"""The last line of a script: the promise that was broken, as an assertion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tensorlab.testing.arguments import Argument, Written
    from tensorlab.testing.record import Finding, VerdictWord

Form: TypeAlias = Literal["equal", "close", "each"]
"""How results are compared: element by element, within a tolerance, or each of several."""


class Words(NamedTuple):
    """How a call is written."""

    name: str
    """Of the function."""
    positional: tuple[int | str, ...] = ()
    """Arguments by their number, and the source of those that are no tensor; empty for all arguments in their order."""
    outs: Mapping[str, int] = {}
    """Arguments that are given by keyword, to be written."""
    keywords: Mapping[str, object] = {}
    reference: str = ""
    """What gives the expected values, where it is not the function."""
    form: Form = "equal"
    held: bool = False
    """Whether the memory that an argument had before the call is looked at, not what the argument is afterwards."""

    def call(self, names: tuple[str, ...], name: str = "") -> str:
        """The call with these words for the arguments.

        >>> Words("f", outs={"out": 1}, keywords={"dim": 0}).call(("x", "y"))
        'f(x, out=y, dim=0)'
        """
        given = [place for place in range(len(names)) if place not in self.outs.values()]
        words = [place if isinstance(place, str) else names[place] for place in self.positional or given]
        words += [f"{keyword}={names[place]}" for keyword, place in self.outs.items()]
        words += [f"{keyword}={value!r}" for keyword, value in self.keywords.items()]
        return f"{name or self.name}({', '.join(words)})"


def promise(finding: Finding, words: Words, arguments: Written) -> str:
    """The statement that fails.

    >>> from tensorlab.testing.arguments import written
    >>> from tensorlab.testing.record import Case, Finding
    >>> found = Finding(verdict="SILENT-WRONG", contract="value", case=Case(arguments=()), message="")
    >>> promise(found, Words("f"), written(found.case, (), counted=(), whole=False))
    'assert torch.equal(f(), f())'
    """
    return _STATEMENTS[finding.verdict](finding, words, arguments)


def _changed(finding: Finding, words: Words) -> list[int]:
    """The arguments that the function is there to write."""
    return [*words.outs.values()] or ([0] if finding.contract == "in-place" else [])


def _wrong(finding: Finding, words: Words, arguments: Written) -> str:
    every = arguments.arguments
    if finding.contract == "contiguous-out":
        return f"assert {words.call(_names(every))}.{_is_contiguous(every)}"
    changed = _changed(finding, words)
    if finding.case.together and not words.reference:
        return _wrong_together(changed, words, every)
    if changed or (finding.case.together and finding.contract == "in-place"):
        return _wrong_effect(every[changed[0]], changed[0], words, every)
    if words.reference:
        return _same(words.call(_names(every)), words.call(_copies(every), words.reference), words, every)
    return _same(words.call(_names(every)), words.call(_copies(every)), words, every)


def _wrong_together(changed: list[int], words: Words, every: tuple[Argument, ...]) -> str:
    """Copies are made before the call: it may write what another argument reads."""
    apart = "; ".join(f"{one.name * 2} = {one.copy}" for one in every)
    ours, theirs = words.call(_names(every)), words.call(tuple(one.name * 2 for one in every))
    if not changed:
        return f"{apart}; {_same(ours, theirs, words, every)}"
    name = every[changed[0]].name
    return f"{apart}; {ours}; {theirs}; {_same(name, name * 2, words, every)}"


def _wrong_effect(target: Argument, place: int, words: Words, every: tuple[Argument, ...]) -> str:
    """What the written argument holds, beside a contiguous one that was written."""
    copies = list(_copies(every))
    copies[place] = "expected"
    first, got = f"expected = {target.copy}", target.name
    if words.held:
        got = "held"
        first += f"; held = {target.name}{'[...]' if target.laid.library == 'numpy' else f'.view_as({target.name})'}"
    if words.reference:
        second, value = words.call(_names(every)), words.call(tuple(copies), words.reference)
        return f"{first}; {second}; {_same(got, value, words, every)}"
    others = [argument for argument in every if argument is not target and not argument.is_plain]
    kept = "".join(f"; {other.name * 2} = {other.copy}" for other in others)
    doubled = {other.copy: other.name * 2 for other in others}
    both = f"{words.call(_names(every))}; {words.call(tuple(doubled.get(word, word) for word in copies))}"
    return f"{first}{kept}; {both}; {_same(got, 'expected', words, every)}"


def _same(left: str, right: str, words: Words, every: tuple[Argument, ...]) -> str:
    if _library(every) == "numpy":
        equal = f"assert np.array_equal({left}, {right})"
        return equal if words.form == "equal" else f"np.testing.assert_allclose({left}, {right}, rtol=1e-5)"
    equal = f"assert torch.equal({left}, {right})"
    return equal if words.form == "equal" else f"torch.testing.assert_close({left}, {right})"


def _mutated(finding: Finding, words: Words, arguments: Written) -> str:
    """The arguments that may not be written, before and after."""
    allowed = _changed(finding, words)
    kept = [argument for place, argument in enumerate(arguments.arguments) if place not in allowed]
    call = words.call(_names(arguments.arguments))
    equal, copy = ("np.array_equal", "copy") if _library(tuple(kept)) == "numpy" else ("torch.equal", "clone")
    if len(kept) == 1:
        return f"before = {kept[0].name}.{copy}(); {call}; assert {equal}({kept[0].name}, before)"
    names, copies = ", ".join(_names(tuple(kept))), ", ".join(f"{a.name}.{copy}()" for a in kept)
    return f"before = {copies}; {call}; assert all(map({equal}, ({names}), before))"


def _strayed(finding: Finding, words: Words, arguments: Written) -> str:
    """Every base before and after; elements that may be written are made zero in both."""
    every = arguments.arguments
    bases = {argument.base: f"old_{argument.name}" if len(every) > 1 else "old" for argument in every}
    parts = [f"{old} = {base}.{'copy' if _library(every) == 'numpy' else 'clone'}()" for base, old in bases.items()]
    parts.append(words.call(_names(every)))
    for place in _changed(finding, words):
        target = every[place]
        zero = "[...] = 0" if target.laid.library == "numpy" else ".zero_()"
        parts += [f"{target.name}{zero}", f"{target.over(bases[target.base])}{zero}"]
    tests = [_same_base(base, old, arguments) for base, old in bases.items()]
    return "; ".join([*parts, f"assert {' and '.join(tests)}"])


def _same_base(base: str, old: str, arguments: Written) -> str:
    if _library(arguments.arguments) == "numpy":
        return f"np.array_equal({base}, {old}{', equal_nan=True' if 'nan' in arguments.source else ''})"
    clean = ".nan_to_num()" if "nan" in arguments.source else ""
    return f"torch.equal({base}{clean}, {old}{clean})"


def _aliased(finding: Finding, words: Words, arguments: Written) -> str:
    every = arguments.arguments
    call = words.call(_names(every))
    loop = words.form == "each"
    result = "result" if loop else call
    start = f"for result in {call}: " if loop else ""
    wanted = finding.contract == "view"
    if _library(every) == "numpy":
        tests = " or ".join(f"np.shares_memory({result}, {name})" for name in _names(every))
        return f"{start}assert {tests if wanted else f'not ({tests})'}"
    owners = [f"{name}.untyped_storage().data_ptr()" for name in _names(every)]
    own = f"{result}.untyped_storage().data_ptr()"
    if len(owners) == 1:
        return f"{start}assert {own} {'==' if wanted else '!='} {owners[0]}"
    return f"{start}assert {own} {'' if wanted else 'not '}in ({', '.join(owners)})"


def _refused(_finding: Finding, words: Words, arguments: Written) -> str:
    """The contiguous call, which passes; then the one that raises."""
    every = arguments.arguments
    return f"{words.call(_copies(every))}; {words.call(_names(every))}"


def _crashed(_finding: Finding, words: Words, arguments: Written) -> str:
    return words.call(_names(arguments.arguments))


_STATEMENTS: dict[VerdictWord, Callable[[Finding, Words, Written], str]] = {
    "SILENT-WRONG": _wrong,
    "MUTATED": _mutated,
    "STRAY-WRITE": _strayed,
    "ALIAS": _aliased,
    "REFUSED": _refused,
    "CRASH": _crashed,
}


def _names(arguments: tuple[Argument, ...]) -> tuple[str, ...]:
    return tuple(argument.name for argument in arguments)


def _copies(arguments: tuple[Argument, ...]) -> tuple[str, ...]:
    return tuple(argument.name if argument.is_plain else argument.copy for argument in arguments)


def _library(arguments: tuple[Argument, ...]) -> str:
    return "numpy" if arguments and all(argument.laid.library == "numpy" for argument in arguments) else "torch"


def _is_contiguous(arguments: tuple[Argument, ...]) -> str:
    return "flags.c_contiguous" if _library(arguments) == "numpy" else "is_contiguous()"
