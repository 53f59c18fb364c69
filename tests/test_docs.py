"""Every block of the README and the pages under docs/ is run; every command is documented with its help."""

from __future__ import annotations

import re
from importlib.metadata import version
from typing import TYPE_CHECKING

import pytest
from support.pages import blocks, commands, matches, pages, run_line, run_pycon, run_pycon_alone
from support.probe import ROOT
from typer.main import get_command

from tensorlab.cli.main import app

if TYPE_CHECKING:
    from pathlib import Path

    from support.pages import Block

PAGES = pages()
CONSOLE = [block for page in PAGES for block in blocks(page) if block.info.startswith("console")]
COMMANDS = sorted(get_command(app).commands)  # type: ignore[attr-defined]  # the command is a group


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_blocks_print_what_the_page_says(page: Path) -> None:
    alone = "init_process_group" in page.read_text(encoding="utf-8")  # a process has one group
    assert (run_pycon_alone(page) if alone else run_pycon(page)) == ""


@pytest.mark.parametrize("block", CONSOLE, ids=lambda block: block.name)
def test_console_blocks_print_what_the_page_says(block: Block) -> None:
    assert block.info in {"console", "console measured", "console finding"}
    if block.page.name == "gallery.md" and not version("torch").startswith("2.13"):
        pytest.skip("the bugs of the gallery are those of torch 2.13")
    for command, want in commands(block):
        assert command.startswith("tensorlab "), command
        done = run_line(command)
        assert done.returncode == (1 if block.info == "console finding" else 0), done.stderr
        if block.info != "console measured":
            assert matches(want, done.stdout), f"$ {command}\n{done.stdout}"
        else:
            heads = [line for line in want.splitlines() if _is_head(line)]
            assert heads, f"{block.name} shows no table"
            assert all(_words(head) in _words(done.stdout) for head in heads)


def _is_head(line: str) -> bool:
    """Whether it is the head of a table: four columns or more, and no figure in any but the 10th percentile."""
    return len(re.split(r" {2,}", line)) >= 4 and re.fullmatch(r"(?:10%|[A-Za-z/ .%±])+", line) is not None


def _words(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def test_the_readme_shows_five_runnable_blocks_and_both_commands() -> None:
    readme = blocks(ROOT / "README.md")
    assert sum(block.info == "pycon" or block.info.startswith("console") for block in readme) >= 5
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make bench" in text
    assert "make test" in text
    assert "pip install" in text


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_is_documented_with_its_real_help_and_an_example(name: str) -> None:
    page = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
    assert f"$ tensorlab {name} --help" in page
    example = rf"^\s*\$? ?tensorlab {name}( (?!--help).+)?$"
    assert any(
        re.search(example, block.body, re.MULTILINE)
        for page in PAGES
        for block in blocks(page)
        if block.info != "pycon"
    ), f"no page shows an example of tensorlab {name}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_fit_a_reader(page: Path) -> None:
    for block in blocks(page):
        assert all(len(line) <= 100 or line.startswith("$ ") for line in block.body.splitlines()), block.name
