"""Markdown pages whose blocks are run.

- ```pycon``` blocks are doctests; a page shares its names from block to block.
- ```console``` blocks hold ``$ command`` lines, each followed by what it prints, to the letter.
- How far an address is aligned, and with it how many sectors lie along an axis, differs from run to run: those numbers
  of the lines ``align`` and ``warp`` are not compared.
- ```console measured``` blocks hold a command whose figures differ from run to run: it must succeed, and the words of
  its tables' heads must be there.
- ```console finding``` blocks hold a command that finds something, and says so by exit code 1; ``...`` stands for
  anything that it prints, so that they are not written anew.

``PYTHONPATH=tests python -m support.pages PAGE...`` runs the pages and writes what was really printed into them.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from support.probe import ROOT, run_command

_BLOCK = re.compile(r"^```(?P<info>[^\n`]+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_PARSER = doctest.DocTestParser()
_FLAGS = doctest.ELLIPSIS
_ALIGNED = re.compile(r"^(align +address )\d+", re.MULTILINE)
_SECTORS = re.compile(r"^warp +touches .*(?:\n  .*)*", re.MULTILINE)


class _Checker(doctest.OutputChecker):
    """Compares what is the same in every run."""

    def check_output(self, want: str, got: str, optionflags: int) -> bool:
        return super().check_output(steady(want), steady(got), optionflags)


def steady(text: str) -> str:
    """The text without the numbers that follow from where an allocator happened to put an object.

    >>> steady("align    address 64 B, strides (4,) B"), steady("warp     touches 5 sectors of 32 B along i")
    ('align    address # B, strides (4,) B', 'warp     touches # sectors of 32 B along i')
    """
    sectors = _SECTORS.sub(lambda found: re.sub(r"\d+( sectors?)? (of|along)", r"# sectors \2", found[0]), text)
    return _ALIGNED.sub(r"\1#", sectors)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of a page."""

    page: Path
    line: int
    info: str
    body: str

    @property
    def name(self) -> str:
        """For the list of tests."""
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def pages() -> list[Path]:
    """Every page whose blocks are run."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(page, text.count("\n", 0, found.start()) + 2, found["info"].strip(), found["body"])
        for found in _BLOCK.finditer(text)
    ]


def commands(block: Block) -> list[tuple[str, str]]:
    """The commands of a console block, each with what it should print."""
    parts = re.split(r"^\$ (.*)\n", block.body, flags=re.MULTILINE)
    return list(zip(parts[1::2], parts[2::2], strict=True))


def run_line(line: str) -> subprocess.CompletedProcess[str]:
    """A ``tensorlab`` command of a page, run without colour."""
    return run_command(*shlex.split(line)[1:], env={"NO_COLOR": "1"})


def run_pycon(page: Path) -> str:
    """What went wrong in the doctests of a page; empty where nothing did."""
    names: dict[str, object] = {"__name__": "__main__"}
    report = io.StringIO()
    for block in blocks(page):
        if block.info == "pycon":
            test = _PARSER.get_doctest(block.body, names, block.name, str(page), block.line - 1)
            test.globs = names
            runner = doctest.DocTestRunner(checker=_Checker(), optionflags=_FLAGS, verbose=False)
            runner.run(test, out=report.write, clear_globs=False)
    return report.getvalue()


def run_pycon_alone(page: Path) -> str:
    """The same in a process of its own."""
    run = "from support.pages import run_pycon; sys.exit(run_pycon(Path(sys.argv[1])) or 0)"
    code = f"import sys; from pathlib import Path; {run}"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, str(page)],
        cwd=ROOT / "tests",
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return "" if done.returncode == 0 else done.stderr or f"exit code {done.returncode}"


def matches(want: str, got: str) -> bool:
    """Whether a command printed what the page says; ``...`` stands for anything."""
    return _Checker().check_output(want.rstrip() + "\n", got.rstrip() + "\n", _FLAGS)


def refreshed(page: Path) -> str:
    """The page with what its blocks really print."""
    names: dict[str, object] = {"__name__": "__main__"}

    def fill(found: re.Match[str]) -> str:
        info, body = found["info"].strip(), found["body"]
        if info == "pycon":
            body = _filled_pycon(body, names)
        elif info.startswith("console") and info != "console finding":
            block = Block(page, 0, info, body)
            body = "".join(f"$ {command}\n{_output(command)}" for command, _ in commands(block))
        return f"```{info}\n{body}```"

    return _BLOCK.sub(fill, page.read_text(encoding="utf-8"))


def _output(command: str) -> str:
    done = run_line(command)
    text = (done.stdout + done.stderr).rstrip()
    return text + "\n" if text else ""


def _filled_pycon(body: str, names: dict[str, object]) -> str:
    lines = []
    for example in _PARSER.get_examples(body):
        source = example.source.rstrip("\n").split("\n")
        lines += [f">>> {source[0]}", *(f"... {line}".rstrip() for line in source[1:])]
        if "..." in example.want:
            exec(compile(example.source, "page", "single"), names)
            lines += example.want.rstrip("\n").split("\n")
            continue
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(example.source, "page", "single"), names)
        out = printed.getvalue().rstrip("\n")
        lines += [line or "<BLANKLINE>" for line in out.split("\n")] if out else []
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        path = Path(argument).resolve()
        path.write_text(refreshed(path), encoding="utf-8")
