from __future__ import annotations

from support.probe import run_command


def test_each_subcommand_is_listed() -> None:
    done = run_command("autograd", "-h")
    assert done.returncode == 0
    assert "\n  saved " in done.stdout
