from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from support.probe import ROOT, run_python

from tensorlab.page.report.charts import Axis, Bar, Bars, Chart, Curve, Point, Word
from tensorlab.page.report.painting import _tick, painted

if TYPE_CHECKING:
    from tensorlab.page.report.charts import Plot

CURVES = (
    Curve("one & two", (Point(1, 1e-6, "1 <b>"), Point(10, 2e-6, "10")), 2),
    Curve("three", (Point(1, 3e-6), Point(10, 1e-6)), "soft", "dashed", marks=False),
)
CHART = Chart("a", "$x$ title", Axis("elements"), Axis("a call", unit="s"), CURVES, (Word(1, 1e-6, "along", 1.0),))
BARS = Bars("b", "layers", "ms", (Bar("conv", 2.0, 3, "2 ms", "conv: 2 ms"), Bar("relu", 1.0, "soft", "1 ms")))


@pytest.mark.parametrize("plot", [CHART, BARS])
def test_one_element_with_text_and_colours_of_the_page(plot: Plot) -> None:
    picture = painted(plot)
    root = ET.fromstring(picture)
    assert root.get("role") == "img"
    assert root.get("aria-label") == plot.title
    assert not re.search(r"<metadata|<\?xml|<!DOCTYPE|xlink|<style|https?://(?!www.w3.org/2000/svg)", picture)
    assert set(re.findall(r"(?:fill|stroke): (#\w+)", picture)) == set()
    assert "var(--soft)" in picture
    words = "".join(root.itertext())
    assert ("one & two" if plot is CHART else "conv") in words


def test_each_sign_says_what_it_is() -> None:
    signs = [sign for sign in ET.fromstring(painted(CHART)).iter() if sign.get("class") == "sign"]
    assert ["".join(sign.itertext()) for sign in signs] == ["1 <b>", "10"]
    bars = [sign for sign in ET.fromstring(painted(BARS)).iter() if sign.get("class") == "sign"]
    assert ["".join(sign.itertext()).strip() for sign in bars] == ["conv: 2 ms", "relu: 1 ms"]


def test_words_run_along_their_curve() -> None:
    turned = re.search(r"rotate\((-?[\d.]+)[^)]*\)[^>]*>along<", painted(CHART))
    assert turned is not None
    assert float(turned[1]) < -5


def test_names_are_the_plots_own_and_all_that_is_referred_to_is_there() -> None:
    picture = painted(CHART) + painted(CHART._replace(key="other"))
    names = re.findall(r' id="([^"]+)"', picture)
    assert len(names) == len(set(names)) > 0
    assert all(name.startswith(("a-", "other-")) for name in names)
    assert set(re.findall(r'(?:url\(|href=")#([\w-]+)', picture)) == set(names)


def test_the_same_bytes_in_another_process() -> None:
    code = (
        "import sys; sys.path[:0] = ['tests', 'tests/page/report']\n"
        "from test_painting import BARS, CHART, painted\n"
        "sys.stdout.write(painted(CHART) + painted(BARS))"
    )
    ran = run_python(code, cwd=ROOT)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == painted(CHART) + painted(BARS)


@pytest.mark.parametrize(
    ("value", "unit", "told"),
    [
        (1e-6, "s", "1 µs"), (2e-3, "s", "2 ms"), (1, "s", "1 s"), (1e-10, "s", "0.1 ns"), (0, "", "0"),
        (0.05, "", "0.05"), (1, "", "1"), (1000, "", "1k"), (1024, "", "1,024"), (1e6, "", "1M"), (2.5e9, "", "2.5G"),
    ],
)  # fmt: skip
def test_numbers_beside_an_axis(value: float, unit: str, told: str) -> None:
    assert _tick(value, unit=unit) == told


def test_a_user_s_own_style_changes_nothing() -> None:
    code = (
        "import matplotlib as mpl; mpl.rcParams.update({'font.size': 30, 'lines.linewidth': 9})\n"
        "import sys; sys.path[:0] = ['tests', 'tests/page/report']\n"
        "from test_painting import BARS, painted\n"
        "sys.stdout.write(painted(BARS) + str(mpl.rcParams['font.size']))"
    )
    assert run_python(code, cwd=ROOT).stdout == painted(BARS) + "30.0"


def test_without_the_library_there_is_one_sentence() -> None:
    code = (
        "import sys; sys.modules['matplotlib'] = None\n"
        "try:\n    import tensorlab.page.report.painting\n"
        "except Exception as error:\n    print(type(error).__name__, error.message, error.hint, sep='|')"
    )
    ran = run_python(code, cwd=ROOT)
    assert ran.stdout.startswith("UnavailableError|bench report needs the extra plot"), ran.stderr
    assert "pip install 'tensorlab-toolkit[plot]'" in ran.stdout
