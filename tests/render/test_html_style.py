from __future__ import annotations

import re

import pytest

from tensorlab.render.html_style import SCOPE, script, style
from tensorlab.render.palette import HUE_LOOKS, LOOKS

LIGHT, DARK = "#ffffff", "#1e1e1e"


def channels(color: str) -> tuple[float, ...]:
    digits = color.lstrip("#")
    wide = digits if len(digits) == 6 else "".join(d * 2 for d in digits)
    return tuple(int(wide[n : n + 2], 16) for n in (0, 2, 4))


def contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """As WCAG 2 defines it: 4.5 is needed for text, 3 for a line that means something."""

    def luminance(color: tuple[float, ...]) -> float:
        parts = [c / 255 for c in color]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dim, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dim + 0.05)


def mixed(one: str, other: str, share: float) -> tuple[float, ...]:
    return tuple(share * a + (1 - share) * b for a, b in zip(channels(one), channels(other), strict=True))


def test_contrast_is_computed_as_published() -> None:
    assert contrast(channels("#000"), channels("#fff")) == pytest.approx(21)
    assert contrast(channels("#777"), channels("#fff")) == pytest.approx(4.48, abs=0.01)


def test_text_of_every_box_can_be_read_on_its_colour() -> None:
    pairs = re.findall(r"background:(#\w+);color:(#\w+)", style())
    assert len(pairs) == len(HUE_LOOKS) + 4
    assert min(contrast(channels(ground), channels(ink)) for ground, ink in pairs) >= 4.5


@pytest.mark.parametrize(("page", "ink"), [(LIGHT, "#000"), (LIGHT, "#24292f"), (DARK, "#ccc"), (DARK, "#fff")])
def test_text_of_every_role_can_be_read_on_the_page(page: str, ink: str) -> None:
    mixes = re.findall(r"color-mix\(in srgb,currentColor (\d+)%,(#\w+)\)", style())
    assert len(mixes) == 2
    for share, color in mixes:
        assert contrast(mixed(ink, color, int(share) / 100), channels(page)) >= 4.5
    for opacity in re.findall(r"opacity:([.\d]+)", style()):
        if float(opacity) >= 0.6:
            assert contrast(mixed(ink, page, float(opacity)), channels(page)) >= 4.5


def test_the_ring_of_what_is_lit_is_seen_on_pages_and_boxes() -> None:
    ring = re.search(r"td\.tl-lit\{outline:[\d.]+px solid (#\w+)", style())
    assert ring
    assert contrast(channels(ring[1]), channels(LIGHT)) >= 3
    assert contrast(channels(ring[1]), channels(DARK)) >= 3


def test_no_rule_reaches_outside_the_figure() -> None:
    rules = re.sub(r"@media\([^{]*\)\{|@media print\{", "", style()).replace("}}", "}")
    selectors = [s for rule in rules.split("}") if rule for s in rule.split("{")[0].split(",")]
    assert len(selectors) > 50
    assert all(s.startswith(SCOPE) for s in selectors)
    assert "!important" not in style()


def test_nothing_moves() -> None:
    assert not any(word in style() + script() for word in ("transition", "animation", "animate", "setInterval"))


def test_roles_have_the_colours_of_the_palette() -> None:
    assert LOOKS["used"].css in style()
    assert all(look.css in style() for look in HUE_LOOKS)


def test_each_statement_of_the_script_ends_where_it_says() -> None:
    assert "\n" not in script() + style()
    assert "//" not in script()
    assert script().startswith("(() => {")
    assert script().endswith("})();")
