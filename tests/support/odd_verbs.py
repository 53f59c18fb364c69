"""Runs the table of odd inputs: a process that says what it does before it does it, and what came of it.

``python -m support.odd_verbs NAME|VERB...`` runs all others: a line of JSON each time that one begins and ends.
"""

from __future__ import annotations

import json
import sys
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np
from support.odd_inputs import ODD
from support.vector import check_svg

import tensorlab
from tensorlab.codec import decode, encode
from tensorlab.errors import TensorlabError
from tensorlab.memory.record import MemoryMap

if TYPE_CHECKING:
    from collections.abc import Callable

OTHER = np.arange(4.0)


def _draw(thing: Any, cells: Any) -> None:
    figure = tensorlab.show(thing, cells=cells)
    plain, signs = figure.text(width=80), figure.text(width=80, ascii=True)
    assert max(map(len, plain.splitlines())) <= 80, max(plain.splitlines(), key=len)
    assert signs.isascii()
    assert plain
    assert figure.text(width=80, color=True)
    assert figure.html().startswith("<div")
    assert check_svg(figure.svg()) < 64_000
    assert repr(figure) == plain


def _draw_beside(thing: Any) -> None:
    for things in ((OTHER, thing), (thing, [1.5], thing)):
        figure = tensorlab.show(*things)
        assert isinstance(figure.data, tuple)
        assert len(figure.data) == len(things)
        json.dumps(encode(figure.data), allow_nan=False)
        plain = figure.text(width=80)
        assert max(map(len, plain.splitlines())) <= 80, max(plain.splitlines(), key=len)
        assert figure.text(width=20, ascii=True).isascii()
        assert figure.html().startswith("<div")


def _json(thing: Any) -> None:
    record = tensorlab.describe(thing)
    stored = json.loads(json.dumps(encode(record), allow_nan=False))
    back = decode(MemoryMap, stored)
    assert encode(back) == stored
    assert str(back) == str(record)
    assert back.shape == record.shape


def _shares(thing: Any) -> None:
    for answer in (tensorlab.shares(thing, thing), tensorlab.shares(thing, OTHER), tensorlab.shares(OTHER, thing)):
        assert str(answer)
        encode(answer)
    assert tensorlab.show(tensorlab.shares(thing, thing)).text()


def _retains(thing: Any) -> None:
    kept = tensorlab.retains(thing)
    assert str(kept)
    json.dumps(encode(kept), allow_nan=False)
    text = tensorlab.show(kept).text(width=80)
    assert max(map(len, text.splitlines())) <= 80


def _judged(verb: str) -> Callable[[Any], None]:
    """A verb that may refuse, in one of our own errors."""

    def use(thing: Any) -> None:
        with suppress(TensorlabError):
            assert str(getattr(tensorlab, verb)(thing))

    return use


VERBS: dict[str, Callable[[Any], None]] = {
    "show": lambda thing: _draw(thing, "index"),
    "show --cells address": lambda thing: _draw(thing, "address"),
    "show --cells value": lambda thing: _draw(thing, "value"),
    "show beside others": _draw_beside,
    "--json": _json,
    "shares": _shares,
    "retains": _retains,
    "overlaps_itself": _judged("overlaps_itself"),
    "explain_contiguity": _judged("explain_contiguity"),
    "check_inplace": _judged("check_inplace"),
}
"""Those that are not on the face are skipped."""


def available() -> list[str]:
    """The verbs whose functions tensorlab has."""
    drawing = {"show --cells address", "show --cells value", "show beside others", "--json"}
    return [verb for verb in VERBS if verb in drawing or verb in tensorlab.__all__]


def _run(name: str, verb: str) -> dict[str, Any]:
    calls: list[None] = []

    def once(thing: Any) -> None:
        VERBS[verb](thing)
        calls.append(None)

    try:
        ODD[name](once)
    except BaseException:  # noqa: BLE001 - whatever it is, it is what went wrong
        return {"error": traceback.format_exc(limit=-6)}
    return {"error": "" if calls else "the verb was not called"}


if __name__ == "__main__":
    done = {tuple(pair.split("|")) for pair in sys.argv[1:]}
    for name in ODD:
        for verb in available():
            if (name, verb) not in done:
                sys.stdout.write(json.dumps({"name": name, "verb": verb}) + "\n")
                sys.stdout.flush()
                sys.stdout.write(json.dumps({"name": name, "verb": verb, **_run(name, verb)}) + "\n")
