"""The pytest plugin: ``@pytest.mark.layouts`` and the fixture ``layout_check``.

Loading it loads three small modules, and neither torch, NumPy nor Hypothesis.
"""

from __future__ import annotations

import inspect
import zlib
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from tensorlab import testing

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

MARK = "layouts"
_WORDS = (
    f"{MARK}(*specs, examples=100, seed=0, classes=None, names=None): run the test over layouts of its first"
    ' arguments, one for each spec ("float32[n, m]"); names says which arguments, where they are not the first'
)


def pytest_configure(config: pytest.Config) -> None:
    """The mark is known, also to ``--strict-markers``."""
    config.addinivalue_line("markers", _WORDS)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The arguments that are laid out are none that a fixture has to make."""
    mark = metafunc.definition.get_closest_marker(MARK)
    if mark is None or _wrong(mark, metafunc.function, own=metafunc.cls is not None):
        return
    names = _names(mark, metafunc.function, own=metafunc.cls is not None)
    metafunc.parametrize(names, [pytest.param(*[None] * len(names), id=MARK)])


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, object, object]:
    """A mark that cannot be is told by its test alone, before fixtures are looked for."""
    mark = item.get_closest_marker(MARK)
    if mark is None or not isinstance(item, pytest.Function):
        return (yield)
    told = _wrong(mark, item.obj)
    if told:
        pytest.fail(f"{item.nodeid}: {told}", pytrace=False)
    try:
        return (yield)
    except pytest.FixtureLookupError as error:
        names = _names(mark, item.obj)
        if error.argname not in inspect.signature(item.obj).parameters or "names" in mark.kwargs:
            raise
        pytest.fail(
            f"{item.nodeid}: there is no fixture {error.argname!r}; pytest.mark.{MARK} lays out the first arguments,"
            f" {', '.join(names)}: if it should be others, say which with names=[...]",
            pytrace=False,
        )


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Calls a marked test once for each layout; fixtures are made once."""
    __tracebackhide__ = True
    mark = pyfuncitem.get_closest_marker(MARK)
    if mark is None:
        return None
    names = _names(mark, pyfuncitem.obj)
    wanted = inspect.signature(pyfuncitem.obj).parameters
    others = {name: value for name, value in pyfuncitem.funcargs.items() if name in wanted and name not in names}

    def body(*arguments: object) -> None:
        __tracebackhide__ = True
        result: object = pyfuncitem.obj(**dict(zip(names, arguments, strict=True)), **others)
        if inspect.iscoroutine(result):
            result.close()
            pytest.fail(f"{pyfuncitem.nodeid}: pytest.mark.{MARK} does not run an async test", pytrace=False)

    options = {name: value for name, value in mark.kwargs.items() if name != "names"}
    testing.over_layouts(body, *mark.args, names=names, **options)
    return True


def _names(mark: pytest.Mark, function: Callable[..., object], *, own: bool = False) -> list[str]:
    """Which arguments of a test are laid out; ``own`` where the first one is the object that it is a method of."""
    given = mark.kwargs.get("names")
    if given:
        return [name.strip() for name in given.split(",")] if isinstance(given, str) else [str(name) for name in given]
    return list(inspect.signature(function).parameters)[own : len(mark.args) + own]


def _wrong(mark: pytest.Mark, function: Callable[..., object], *, own: bool = False) -> str:
    """Why a test cannot be run over layouts, or nothing."""
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        return f"pytest.mark.{MARK} does not run an async test: call what it tests in a plain one, with asyncio.run"
    if not mark.args:
        return f'pytest.mark.{MARK} takes a spec for each argument: "float32[n, m]"'
    names = _names(mark, function, own=own)
    if len(names) != len(mark.args):
        told = f"{len(mark.args)} specs and {len(names)} arguments: {', '.join(names) or 'none'}"
        return f"pytest.mark.{MARK} takes a spec for each argument; got {told}"
    strange = [name for name in names if name not in inspect.signature(function).parameters]
    return f"pytest.mark.{MARK}: the test has no argument {strange[0]!r}, which names= says" if strange else ""


@pytest.fixture
def layout_check(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """``assert_layout_invariant`` with a seed that is the test's own: the same layouts in every run of it."""
    return partial(testing.assert_layout_invariant, seed=zlib.crc32(request.node.nodeid.encode()))
