from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest

from tensorlab.api.objects import show
from tensorlab.cli import output
from tensorlab.errors import LayoutError, UnavailableError

if TYPE_CHECKING:
    from tensorlab.errors import TensorlabError


class Terminal(io.StringIO):
    """Standard output that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def printed(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, *, as_json: bool = False) -> str:
    monkeypatch.setattr("sys.stdout", stream)
    output.print_figure(show(b"ab"), as_json=as_json)
    return stream.getvalue()


def test_a_terminal_gets_colour_unless_it_says_no(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[" in printed(monkeypatch, Terminal())
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in printed(monkeypatch, Terminal())


def test_a_pipe_gets_no_colour_unless_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout", io.StringIO())
    assert not output.wants_color("auto")
    assert output.wants_color("always")
    monkeypatch.setattr("sys.stdout", Terminal())
    assert not output.wants_color("never")


def test_a_stream_without_our_signs_gets_ascii(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr("sys.stdout", stream)
    output.print_figure(show(bytes(1000)), as_json=False)
    stream.flush()


def test_json_is_the_record(monkeypatch: pytest.MonkeyPatch) -> None:
    record = json.loads(printed(monkeypatch, io.StringIO(), as_json=True))
    assert record["layout"] == {"shape": [2], "strides": [1], "offset": 0, "itemsize": 1}


@pytest.mark.parametrize(
    ("error", "code"), [(LayoutError("what came", hint="what to do"), 2), (UnavailableError("not there"), 3)]
)
def test_an_error_is_a_sentence_a_hint_and_a_code(
    capsys: pytest.CaptureFixture[str], error: TensorlabError, code: int
) -> None:
    with pytest.raises(SystemExit, match=str(code)) as caught:
        output.fail(error)
    assert caught.value.code == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[0] == f"error: {error.message}"
    assert err.splitlines()[1:] == ([f"hint: {error.hint}"] if error.hint else [])
