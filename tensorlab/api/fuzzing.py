"""A function that is named, tested with arguments in every kind of layout."""

from __future__ import annotations

import ast
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tensorlab.errors import ExpressionError, UnavailableError, UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tensorlab.progress import Progress
    from tensorlab.render.figure import Figure
    from tensorlab.testing.record import Report

EXTRA = "pip install 'tensorlab-toolkit[testing]'"


def fuzz(
    target: str,
    specs: Sequence[str] = (),
    *,
    isolate: bool = False,
    timeout: float | None = None,
    watch: Callable[[Progress], None] | None = None,
    **options: Any,  # noqa: ANN401 - those of check_layouts
) -> Report:
    """``check_layouts`` on a function that is named: ``package.module:function`` or ``path.py:function``.

    Args:
        target: The function, or a class of ``torch.optim``.
        specs: What each argument may be.
        isolate: Whether it is called in another process, which may die.
        timeout: Seconds after which a call in another process hangs; 300 where none are given.
        watch: Is told how far the work has come.
        options: Those of ``check_layouts``.

    Raises:
        UnavailableError: The extra ``testing`` is not installed, or there is no such function.
        TensorlabError: As ``check_layouts`` raises it.

    >>> report = fuzz("torch:relu", ["float32[n, m]"], examples=20)
    >>> report.target, report.tested, report.passed
    ('torch:relu', 20, True)
    """
    _require_extra()
    from tensorlab.process.target import load

    if timeout is not None and not isolate:
        raise UnsupportedError(
            "timeout goes with isolate only", hint="isolate=True calls in a process that can be ended"
        )
    if isolate:
        _survive_import(target)
    function, origin = load(target)
    if _is_optimizer(function):
        if isolate:
            raise UnsupportedError("an optimizer is not called in another process", hint="leave out --isolate")
        return replace(_optimizer(function, specs, watch, options), target=target)
    from tensorlab.testing.checks import check_layouts
    from tensorlab.testing.isolation import check_isolated

    check: Callable[..., Report] = check_isolated if isolate else check_layouts
    if timeout is not None:
        options = {**options, "seconds": timeout}
    try:
        return replace(check(function, *specs, **options, watch=watch, origin=origin), target=target)
    except UnsupportedError as error:
        if specs or "how many arguments" not in error.message:
            raise
        raise UnsupportedError(error.message, hint='say what each one is: --spec "float32[n, m]"') from error


def _require_extra() -> None:
    """Hypothesis makes cases small; without it there is no tester."""
    try:
        import hypothesis  # noqa: F401 - whether it is there
    except ImportError as error:
        raise UnavailableError("fuzz needs the extra testing, which is not installed", hint=EXTRA) from error


def _survive_import(target: str) -> None:
    """A module that ends the process when it is imported ends another one first."""
    from tensorlab.process.forked import AVAILABLE, ask_fork
    from tensorlab.process.record import Failed
    from tensorlab.process.target import load

    if not AVAILABLE:
        raise UnavailableError("this system cannot fork", hint="leave out --isolate")
    told = ask_fork(lambda: {"found": bool(load(target))}, timeout=120)
    if isinstance(told, Failed) and told.reason.startswith(("ended by", "no answer", "exit code")):
        raise UnavailableError(f"importing {target} ends the process: {told.reason}", hint="nothing was tested")


def _is_optimizer(function: object) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(function, type) and issubclass(function, torch.optim.Optimizer)


def _optimizer(
    kind: Any,  # noqa: ANN401 - a class of optimizers
    specs: Sequence[str],
    watch: Callable[[Progress], None] | None,
    options: dict[str, Any],
) -> Report:
    """The states, gradients and parameters of an optimizer in every layout."""
    from tensorlab.progress import Progress
    from tensorlab.testing.optimizers.checking import check_optimizer
    from tensorlab.testing.specs import parse

    chosen: dict[str, Any] = {name: options[name] for name in ("examples", "seed") if name in options}
    parsed = [parse(text) for text in specs]
    if parsed:
        chosen["dtype"] = parsed[0].dtypes[0].name
        chosen["shapes"] = tuple(one.shape for one in parsed)
    if watch is not None:
        total = int(chosen.get("examples", 400))
        chosen["watch"] = lambda done: watch(Progress("steps", done, total))
    return check_optimizer(kind, **chosen, **(options.get("keywords") or {}))


def fuzz_figure(report: Report, *, script: bool = True) -> Figure:
    """The picture of a report, with its scripts or without them.

    >>> from tensorlab.testing.record import Report
    >>> fuzz_figure(Report(target="torch.neg", contract=("pure",), tested=9)).text(width=60).splitlines()[1]
    'keeps pure in 9 calls: nothing found'
    """
    from tensorlab.render.figure import Figure
    from tensorlab.testing.picturing import report_scene

    return Figure(report, report_scene(report, script=script))


def keyword_arguments(texts: Sequence[str]) -> dict[str, object]:
    """Keyword arguments from texts such as ``dim=1``; values are literals, or names of dtypes.

    Raises:
        ExpressionError: A text has no name, or its value is no literal.

    >>> keyword_arguments(["dim=1", "keepdim=True", "reduction='sum'"])
    {'dim': 1, 'keepdim': True, 'reduction': 'sum'}
    """
    found: dict[str, object] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip().isidentifier():
            raise ExpressionError(f"--arg takes a name and a value; got {text!r}", hint="for example --arg dim=1")
        try:
            found[name.strip()] = ast.literal_eval(value.strip())
        except (ValueError, SyntaxError, MemoryError, RecursionError) as error:
            hint = f"a word stands in quotes: --arg \"{name}='{value}'\""
            raise ExpressionError(f"--arg {name} takes a literal; got {value!r}", hint=hint) from error
    return found
