"""``tensorlab autograd stress``."""

from __future__ import annotations

import json

from support.probe import run_command


def test_a_chain_that_is_freed() -> None:
    ran = run_command("autograd", "stress", "--chain", "200000", "--free")
    assert (ran.stdout, ran.returncode) == ("nodes=200001 edges=200000 freed=ok\n", 0)


def test_without_free_it_is_held() -> None:
    ran = run_command("autograd", "stress", "--chain", "2000")
    assert (ran.stdout, ran.returncode) == ("nodes=2001 edges=2000 freed=held\n", 0)


def test_a_recurrent_cell_as_json() -> None:
    ran = run_command("autograd", "stress", "--gru", "100", "--free", "--hold", "middle", "--json")
    told = json.loads(ran.stdout)
    assert (told["case"]["shape"], told["case"]["pattern"], told["freed"]) == ("gru", "middle", "ok")
    assert told["nodes"] > 1000


def test_options_that_do_not_go_together() -> None:
    ran = run_command("autograd", "stress", "--gru", "5", "--chain", "5")
    assert ran.returncode == 2
    assert "--gru is a shape and a length of its own" in ran.stderr
    none = run_command("autograd", "stress", "--chain", "0")
    assert (none.returncode, "a graph has 1 step or more" in none.stderr) == (2, True)
