"""The page's algebra in Chromium, held to Python's: every field and every sentence of random cases."""

from __future__ import annotations

import json
import random
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from support.algebra_cases import ALGEBRA, cases, is_witness, mangled_part, wild
from support.browser import watched

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page
    from support.algebra_cases import Case

    Json = dict[str, Any]

SEED = 4
ANSWER = """
text => {
  const A = tensorlabAlgebra;
  const facts = (layout, probe) => ({
    numel: A.numel(layout), nbytes: A.nbytes(layout), inElements: A.inElements(layout), extent: A.extent(layout),
    fits: A.fits(layout, probe.nbytes), elements: A.formula(layout), bytes: A.formula(layout, "bytes"),
    breaks: Object.fromEntries(
      ["C", "F", "channels_last", "channels_last_3d"].map(order => [order, A.orderBreak(layout, order)])),
    orders: A.contiguousOrders(layout), words: A.orderWords(layout), dense: A.isDense(layout),
    broadcast: A.broadcastAxes(layout), coverage: A.coverage(layout), overlaps: A.selfOverlap(layout),
    address: A.address(layout, probe.index), addresses: A.addresses(layout), indices: A.indices(layout, probe.byte),
    usage: A.usage(layout, probe.nbytes),
  });
  const answered = ({ rules, view, ops, last, probe }) => {
    const outcomes = [];
    for (const op of ops) {
      const outcome = A.apply(view, op, rules);
      outcomes.push(outcome);
      view = outcome.kind === "refused" ? view : outcome.view ?? outcome.result;
    }
    return { outcomes, facts: facts(last, probe) };
  };
  return JSON.stringify(JSON.parse(text).map(answered));
}
"""


def mismatches(page: Page, some: list[Case]) -> list[str]:
    """What the page answers differently from Python, each with the case; all cases are asked at once."""
    answers = json.loads(page.evaluate(ANSWER, json.dumps([case.given() for case in some])))
    return [line for case, answer in zip(some, answers, strict=True) for line in different(case, answer)]


def different(case: Case, answer: Json) -> list[str]:
    """The fields in which the answer is not Python's. A pair of indices that overlap may be another pair."""
    expected = case.expected
    facts = answer["facts"]
    overlap = facts["overlaps"]
    if overlap["answer"] == "yes" and not is_witness(case.last.layout, overlap["witness"], overlap["byte"]):
        return [f"no witness: {overlap} of {case.last}"]
    facts["overlaps"] = overlap["answer"]
    told = [*zip(answer["outcomes"], expected["outcomes"], case.ops, strict=True)]
    found = [
        f"{case.rules}: {op} in {case.view}, {case.ops}: {here} is not {there}"
        for here, there, op in told
        if here != there
    ]
    fields = [name for name, value in expected["facts"].items() if facts[name] != value]
    return found + [f"{name} of {case.last}: {facts[name]} is not {expected['facts'][name]}" for name in fields]


@pytest.fixture
def algebra(page: Page) -> Page:
    """A page with the algebra and nothing else."""
    page.add_script_tag(content=ALGEBRA)
    return page


@pytest.fixture(scope="module")
def some() -> list[Case]:
    """What every run asks."""
    return list(cases(SEED, 10_000))


@pytest.mark.browser
def test_ten_thousand_random_cases_are_answered_as_python_answers_them(algebra: Page, some: list[Case]) -> None:
    wrong = watched(algebra)
    assert mismatches(algebra, some) == []
    assert wrong == []
    kinds = Counter(kind for case in some for kind in _kinds(case))
    assert len(kinds) == 2 * (8 * 2 + 2), sorted(kinds)  # all but the copy are views or refused, a reshape copies too
    assert min(kinds.values()) > 20
    assert min(kinds[f"{rules} Reshape copy"] for rules in ("torch", "numpy")) > 200  # they carry the sentence of axes


def _kinds(case: Case) -> Iterator[str]:
    for op, told in zip(case.ops, case.outcomes, strict=True):
        yield f"{case.rules} {type(op).__name__} {told['kind']}"


PLANTED = {
    "a pair that merges": ("!borders.has(behind[left]) && layout", "borders.has(behind[left]) && layout"),
    "an empty slice of NumPy's": ("cut.size === 0 && rules", "cut.size < 0 && rules"),
    "the stride of a new axis": ('const stride = rules === "torch" ? behind : 0;', "const stride = behind;"),
    "the last axis of size 1": ("(n !== 1 && !shape.includes(0))", "!shape.includes(0)"),
    "a bound that is one too large": ("return start >= stop || (start >= 0 && stop <= size)", "return stop <= size"),
    "a word": ("cannot merge: stride", "can not merge: stride"),
    "elements that touch": (
        "if (step < layout.itemsize) return new Map",
        "if (step <= layout.itemsize) return new Map",
    ),
    "an element that is not walked": ("owner[covered - low] = position;", "owner[covered - low] = -1;"),
    "where a repeated axis lies": ("if (step === 0) return counts.map((k) => times(k, n));", ""),
}


@pytest.mark.browser
@pytest.mark.parametrize(("right", "wrong"), PLANTED.values(), ids=PLANTED)
def test_a_planted_error_is_found(page: Page, some: list[Case], right: str, wrong: str) -> None:
    assert ALGEBRA.count(right) == 1
    page.add_script_tag(content=ALGEBRA.replace(right, wrong))
    assert mismatches(page, some[:2000])


WILD = """
text => {
  const A = tensorlabAlgebra;
  const asked = ["numel", "nbytes", "inElements", "extent", "formula", "orderBreak", "contiguousOrders", "orderWords",
    "isDense", "broadcastAxes", "coverage", "selfOverlap", "addresses"];
  const answered = ({ rules, view, op, byte }) => ({
    outcome: A.apply(view, op, rules),
    facts: Object.fromEntries(asked.map(name => [name, A[name](view?.layout)])),
    more: [A.fits(view?.layout, byte), A.indices(view?.layout, byte), A.usage(view?.layout, byte),
      A.address(view?.layout, op?.axes), A.asCall(view, op, rules), A.asCode({ rules, view, nbytes: byte, ops: [op] })],
  });
  return JSON.stringify(JSON.parse(text).map(answered));
}
"""


@pytest.mark.browser
def test_numbers_of_any_size_are_answered_rightly_or_refused(algebra: Page) -> None:
    rng = random.Random(SEED)
    some = [wild(rng) for _ in range(3000)]
    answers = json.loads(algebra.evaluate(WILD, json.dumps([given for given, _ in some])))
    kinds: Counter[str] = Counter()
    for (given, expected), answer in zip(some, answers, strict=True):
        outcome = answer["outcome"]
        beyond = outcome.get("error") == "OverflowError"
        assert beyond or outcome == expected, given
        kinds["beyond" if beyond else outcome["kind"]] += 1
        for name, value in answer["facts"].items():
            assert isinstance(value, (int, list, str, dict, bool)) or name in {"inElements", "orderBreak"}, given
    assert min(kinds[kind] for kind in ("view", "copy", "refused", "beyond")) > 50, kinds


@pytest.mark.browser
def test_nothing_that_json_can_hold_throws(algebra: Page) -> None:
    wrong = watched(algebra)
    rng = random.Random(SEED)
    some = [mangled_part(rng, wild(rng)[0]) for _ in range(3000)]
    answers = json.loads(algebra.evaluate(WILD, json.dumps(some)))
    assert all(answer["outcome"]["kind"] in {"view", "copy", "refused"} for answer in answers)
    assert sum(answer["outcome"]["kind"] == "refused" for answer in answers) > 1000
    assert wrong == []


ASK = "([name, ...given]) => tensorlabAlgebra[name](...given)"
LONG = {"shape": [70000, 2, 2], "strides": [8, 12, 20], "offset": 0, "itemsize": 4}
FLAT = {"shape": [2, 3], "strides": [0, 4], "offset": 8, "itemsize": 4}


@pytest.mark.browser
@pytest.mark.parametrize(
    ("name", "given", "answer"),
    [
        ("addresses", [LONG], "OverflowError: more than 65536 elements are not listed"),
        ("usage", [LONG, 8], "OverflowError: more than 65536 cells are not counted"),
        ("usage", [FLAT, 2**30], "OverflowError: more than 65536 cells are not counted"),
        (
            "numel",
            [FLAT | {"shape": [2**30, 2**30]}],
            "OverflowError: a number beyond 2**53, which JavaScript cannot count to",
        ),
        ("numel", [FLAT | {"strides": [4]}], "LayoutError: got 1 stride for the 2 axes of shape (2, 3)"),
        ("numel", [FLAT | {"strides": []}], "LayoutError: got 0 strides for the 2 axes of shape (2, 3)"),
        ("numel", [FLAT | {"shape": [2, -3]}], "LayoutError: a size cannot be negative; got shape (2, -3)"),
        ("numel", [FLAT | {"shape": [2, 0.5]}], "LayoutError: shape must be integers; got 0.5"),
    ],
)
def test_what_is_too_large_or_no_layout_is_told(algebra: Page, name: str, given: list[object], answer: str) -> None:
    assert algebra.evaluate(ASK, [name, *given])["text"] == answer


@pytest.mark.browser
def test_a_page_that_cannot_know_says_why(algebra: Page) -> None:
    cap = "elements over more than 65536 bytes are not compared"
    unknown = {"answer": "unknown", "witness": None, "byte": None, "cap": cap}
    assert algebra.evaluate(ASK, ["selfOverlap", LONG]) == unknown
    assert algebra.evaluate(ASK, ["indices", FLAT, 12]) == [[0, 1], [1, 1]]
    assert algebra.evaluate(ASK, ["indices", FLAT, 12, 1]) == [[0, 1]]
    assert algebra.evaluate(ASK, ["axisNames", 15])[13:] == ["i13", "i14"]
