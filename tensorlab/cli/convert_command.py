"""``tensorlab convert``."""

from __future__ import annotations

from tensorlab.cli.output import AsciiOption, ColorOption, JsonOption, print_figure


def convert(*, color: ColorOption = "auto", as_json: JsonOption = False, ascii_only: AsciiOption = False) -> None:
    """Conversions between list, array, memoryview, NumPy, torch and DLPack, measured: what shares, copies, is lost.

    Each is tried in a process that nobody needs, written into, and compared with its source. It takes some seconds.

    \b
    Examples:
      tensorlab convert
      tensorlab convert --json
    """  # noqa: D301 - the backspace keeps the lines of the examples apart
    from tensorlab.api.convert import conversions

    print_figure(conversions(), as_json=as_json, color=color, ascii_only=ascii_only)
