"""A group of commands one of which may be left unsaid."""

from __future__ import annotations

from typing import Any, ClassVar

from typer.core import TyperGroup


class DefaultGroup(TyperGroup):
    """A group whose first word may be left out: with "run", ``bench add`` is ``bench run add``."""

    default: ClassVar[str]

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - typer brings its own click
        """Put the default command in front of anything that is no command and no call for help."""
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = [self.default, *args]
        return super().parse_args(ctx, args)
