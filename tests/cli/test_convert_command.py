from __future__ import annotations

import json
import sys

import pytest

from tensorlab.bench.conversions import table
from tensorlab.bench.conversions.record import Conversion, Conversions
from tensorlab.cli.main import main
from tensorlab.codec import decode, encode
from tensorlab.process.record import Failed, Told

FOUND = Conversions((("torch", "2.13.0"),), (Conversion(source="list", call="np.array", outcome="copies"),))


def run(monkeypatch: pytest.MonkeyPatch, answer: Told | Failed, *options: str) -> int:
    monkeypatch.setattr(table, "ask", lambda *_, **__: answer)
    monkeypatch.setattr(sys, "argv", ["tensorlab", "convert", *options])
    with pytest.raises(SystemExit, match=r"^\d$") as ended:
        main()
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_the_table(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    facts = encode(FOUND)
    assert isinstance(facts, dict)
    assert run(monkeypatch, Told(facts)) == 0
    assert capsys.readouterr().out.startswith("1 conversion, measured with torch 2.13.0\nfrom list\n")
    assert run(monkeypatch, Told(facts), "--json") == 0
    assert decode(Conversions, json.loads(capsys.readouterr().out)) == FOUND


def test_a_process_that_fails(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, Failed("ended by SIGKILL")) == 3
    error = capsys.readouterr().err
    assert error.startswith("error: the conversions were not measured: ended by SIGKILL\nhint: tensorlab doctor")
