"""The pytest plugin: ``@pytest.mark.layouts`` and the fixture ``layout_check``.

Loading it loads neither torch, NumPy nor Hypothesis, so that a session that uses none of it pays nothing.
"""

from __future__ import annotations

import inspect
import zlib
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from tensorlab import testing

if TYPE_CHECKING:
    from collections.abc import Callable

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
    if mark is not None:
        names = _names(mark, metafunc.function, skip=metafunc.cls is not None)
        metafunc.parametrize(names, [pytest.param(*[None] * len(names), id=MARK)])


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
        pyfuncitem.obj(**dict(zip(names, arguments, strict=True)), **others)

    options = {name: value for name, value in mark.kwargs.items() if name != "names"}
    testing.over_layouts(body, *mark.args, names=names, **options)
    return True


def _names(mark: pytest.Mark, function: Callable[..., object], *, skip: bool = False) -> list[str]:
    """Which arguments of a test are laid out."""
    if not mark.args:
        pytest.fail(f'pytest.mark.{MARK} takes a spec for each argument: "float32[n, m]"', pytrace=False)
    given = mark.kwargs.get("names")
    found = list(given) if given else list(inspect.signature(function).parameters)[skip : len(mark.args) + skip]
    if len(found) != len(mark.args):
        told = f"{len(mark.args)} specs and {len(found)} arguments: {', '.join(found)}"
        pytest.fail(f"pytest.mark.{MARK} takes a spec for each argument; got {told}", pytrace=False)
    return found


@pytest.fixture
def layout_check(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """``assert_layout_invariant`` with a seed that is the test's own: the same layouts in every run of it."""
    return partial(testing.assert_layout_invariant, seed=zlib.crc32(request.node.nodeid.encode()))
