"""``tensorlab autograd``: graphs, what they keep, and why a backward failed."""

from __future__ import annotations

import typer

from tensorlab.cli.autograd_diff_command import diff
from tensorlab.cli.autograd_graph_command import graph
from tensorlab.cli.autograd_saved_command import saved
from tensorlab.cli.autograd_script_commands import FORWARDED, check, nan, why
from tensorlab.cli.autograd_stress_command import stress

autograd_app = typer.Typer(
    help="See an autograd graph, what it keeps for backward, and why a backward failed.",
    context_settings={"help_option_names": ["-h", "--help"]},
    no_args_is_help=True,
    rich_markup_mode=None,
)
autograd_app.command("graph")(graph)
autograd_app.command("saved")(saved)
autograd_app.command("stress")(stress)
autograd_app.command("diff")(diff)
autograd_app.command("check", context_settings=FORWARDED)(check)
autograd_app.command("why", context_settings=FORWARDED)(why)
autograd_app.command("nan", context_settings=FORWARDED)(nan)


@autograd_app.callback()
def _group() -> None:
    """Hold subcommands, also while there is only one."""
