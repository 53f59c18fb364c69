"""Graphs as pictures and files."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

import pytest
import torch
from support.probe import run_python

import tensorlab
from tensorlab.api.graph_pictures import graph_difference, graph_dot, graph_mermaid, read_graph, save_graph
from tensorlab.errors import ExpressionError, StoreError, UnavailableError, UnknownNameError

if TYPE_CHECKING:
    from pathlib import Path

    from tensorlab.autograd.record import Graph


def doublings() -> Graph:
    x = torch.ones(2, requires_grad=True)
    y = x
    for _ in range(60):
        y = y + y
    return tensorlab.graph(y.sum())


def doublings_saved() -> Graph:
    x = torch.ones(2, requires_grad=True)
    return tensorlab.graph(x.sin().exp().sum())


@pytest.mark.parametrize("suffix", ["svg", "html", "dot", "mmd", "json", "txt", "png"])
def test_every_format_is_written(tmp_path: Path, suffix: str) -> None:
    path = save_graph(doublings(), tmp_path / f"graph.{suffix}")
    assert path.stat().st_size > 100


def test_all_of_it_is_in_dot_and_mermaid() -> None:
    assert graph_dot(doublings()).count(" -> ") == 121
    assert graph_mermaid(doublings()).count(" --> ") == 121


def test_a_graph_comes_back_from_its_file(tmp_path: Path) -> None:
    graph = doublings()
    assert read_graph(save_graph(graph, tmp_path / "g.json")) == graph


def test_show_draws_a_graph_and_the_figure_is_saved(tmp_path: Path) -> None:
    figure = tensorlab.show(doublings())
    assert "AddBackward0 x 60" in figure.text()
    assert figure.save(tmp_path / "g.svg").read_text().startswith("<svg")
    assert 'class="tl-dx"' in figure._repr_html_()


def test_a_page_shows_what_other_pictures_leave_out(tmp_path: Path) -> None:
    xs = [torch.ones(2, requires_grad=True) for _ in range(5)]
    drawn = random.Random(1)
    for _ in range(200):
        one, other = drawn.choices(xs[-20:], k=2)
        xs.append(one * other if drawn.random() < 0.5 else one.sin() + other)
    graph = tensorlab.graph(xs[-1].sum())
    assert "left out; .dot and .json hold every node" in tensorlab.show(graph).text().replace("\n  ", " ")
    for path in (save_graph(graph, tmp_path / "a.html"), tensorlab.show(graph).save(tmp_path / "b.html")):
        assert "left out" not in path.read_text()


def test_another_suffix_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match=r"\.svg, \.html, \.txt, \.png, \.dot, \.mmd or \.json"):
        save_graph(doublings(), tmp_path / "graph.pdf")


@pytest.mark.parametrize("content", ["", "[1, 2", '{"nodes": []}', "[]", "null"])
def test_a_file_that_holds_no_graph_is_told_in_a_sentence(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.json").write_text(content)
    with pytest.raises(StoreError, match=r"a\.json' holds no graph"):
        read_graph(tmp_path / "a.json")


@pytest.mark.parametrize(
    "column", ["nodes", "names", "states", "forms", "storages", "sources", "places", "versions", "extents"]
)
def test_a_damaged_number_is_told_with_the_name_of_the_file(tmp_path: Path, column: str) -> None:
    path = save_graph(doublings_saved(), tmp_path / "a.json")
    data = json.loads(path.read_text())
    data["slots"][column] = [99999]
    path.write_text(json.dumps(data))
    with pytest.raises(StoreError, match=r"a\.json' holds no graph: not a Graph: (numbers in|\w+ has one)"):
        read_graph(path)


def test_the_same_bytes_in_every_process(tmp_path: Path) -> None:
    code = (
        "import sys, torch, tensorlab; from torch import nn; torch.manual_seed(0);"
        "m = nn.Sequential(nn.Linear(3, 4), nn.LayerNorm(4), nn.GELU(), nn.MaxPool1d(2), nn.Linear(2, 2));"
        "a, b = m(torch.ones(5, 3)).split(1, 1);"
        "tensorlab.show(tensorlab.graph([a.sum(), b.exp().sum()], model=m)).save(sys.argv[1] + '.svg');"
        "from tensorlab.api.graph_pictures import save_graph;"
        "save_graph(tensorlab.graph([a.sum(), b.exp().sum()], model=m), sys.argv[1] + '.json')"
    )
    for seed in "1234":
        ran = run_python(code, str(tmp_path / seed), env={"PYTHONHASHSEED": seed})
        assert not ran.returncode, ran.stderr
    for suffix in (".json", ".svg"):
        assert len({(tmp_path / f"{seed}{suffix}").read_bytes() for seed in "1234"}) == 1


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="there is no file"):
        graph_difference(tmp_path / "a.json", tmp_path / "b.json")
    with pytest.raises(ExpressionError, match="got -1"):
        graph_difference(tmp_path / "a.json", tmp_path / "b.json", max_saved_bytes=-1)


def test_bytes_are_those_of_the_ledger(tmp_path: Path) -> None:
    x = torch.ones(10, requires_grad=True)
    save_graph(tensorlab.graph(x.sin().sum()), tmp_path / "a.json")
    save_graph(tensorlab.graph(x.exp().sigmoid().sum()), tmp_path / "b.json")
    found = graph_difference(tmp_path / "a.json", tmp_path / "b.json", max_saved_bytes=79)
    assert (found.before.saved, found.after.saved, found.exceeds) == (40, 80, True)
    assert json.loads((tmp_path / "a.json").read_text())["names"] == ["AccumulateGrad", "SinBackward0", "SumBackward0"]


@pytest.mark.parametrize("suffix", [".dot", ".mmd", ".json", ".txt", ".svg", ".html"])
def test_a_figure_is_saved_as_the_graph_is(suffix: str, tmp_path: Path) -> None:
    x = torch.ones(2, requires_grad=True)
    graph = tensorlab.graph((x * 2).sum())
    first = tensorlab.show(graph).save(tmp_path / f"a{suffix}").read_bytes()
    assert first == save_graph(graph, tmp_path / f"b{suffix}").read_bytes()


def test_a_suffix_that_is_not_known_is_answered_with_those_that_are(tmp_path: Path) -> None:
    figure = tensorlab.show(tensorlab.graph(torch.ones(2, requires_grad=True).sum()))
    with pytest.raises(UnknownNameError, match=r"saved as .svg, .html, .txt, .png, .dot, .mmd or .json; got "):
        figure.save(tmp_path / "a.pdf")
    with pytest.raises(UnknownNameError, match=r"saved as .svg, .html, .txt or .png; got "):
        tensorlab.show(b"abc").save(tmp_path / "a.dot")
