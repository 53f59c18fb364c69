"""Notebooks whose every output is real: run in a fresh kernel of this interpreter, and written back the same way.

- What differs from run to run follows from where an allocator happened to put an object: an output that differs in
  nothing else is left as it was, so that running a notebook again changes no byte of it.
- What a cell shows that begins with ``# measured`` is times: it stays as it was seen once, as long as it is of the same
  kind. Clear a cell's output to see it anew.
- Nothing of the machine is written: no path, no name of a kernel but "python3".

``PYTHONPATH=tests python -m support.notebooks NOTEBOOK...`` runs notebooks and writes what was really shown into them.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat as untyped
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from support.pages import steady
from support.probe import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

_NBFORMAT: Any = untyped
_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
MEASURED = "# measured\n"
"""The line that such a cell begins with."""
_SECONDS = 60
"""That a cell may take."""
_ROWS = re.compile(r"(?<=>)(align|warp)(<.*?)(?=</tr>|</dd>|$)", re.DOTALL)
"""Of a picture in HTML, the facts that follow from an address."""


def notebooks() -> list[Path]:
    """Every notebook under docs/."""
    return sorted((ROOT / "docs").glob("*.ipynb"))


def read(path: Path) -> Any:
    """A notebook, as nbformat has it; one that is not valid raises."""
    notebook = _NBFORMAT.read(path, as_version=4)
    _NBFORMAT.validate(notebook)
    return notebook


def outputs(notebook: Any) -> Iterator[Any]:
    """What all its cells show, in order."""
    for cell in notebook.cells:
        yield from cell.get("outputs", [])


def executed(notebook: Any) -> Any:
    """The notebook with what its cells show now.

    The kernel is this interpreter's own, whatever others are registered; it starts in an empty folder, leaves nothing
    behind, and speaks through files in that folder, so that several can run at once.

    Raises:
        CellExecutionError: A cell raised.
    """
    with tempfile.TemporaryDirectory() as folder:
        kernels = AsyncKernelManager(
            kernel_name="python3",
            kernel_spec_manager=KernelSpecManager(kernel_dirs=[]),
            transport="ipc",
            connection_file=f"{folder}/kernel.json",
        )
        client = NotebookClient(
            notebook,
            km=kernels,
            timeout=_SECONDS,
            record_timing=False,
            coalesce_streams=True,  # a line may come in two messages, or two in one
            resources={"metadata": {"path": folder}},
        )
        home = {"IPYTHONDIR": folder, "HOME": folder, "PYTHONPATH": str(ROOT), "COLUMNS": "80"}
        client.execute(cleanup_kc=True, env={**os.environ, **home})
    return notebook


def refreshed(notebook: Any) -> Any:
    """The notebook with what its cells show, less what changes from run to run, and with plain metadata."""
    before = [list(cell.get("outputs", [])) for cell in notebook.cells]
    executed(notebook)
    notebook.metadata = _NBFORMAT.from_dict(_METADATA)
    notebook.nbformat_minor = 5
    for number, (cell, shown) in enumerate(zip(notebook.cells, before, strict=True), 1):
        cell.id = f"cell-{number}"
        cell.metadata = _NBFORMAT.from_dict({})
        if cell.cell_type != "code":
            continue
        same = kind if cell.source.startswith(MEASURED) else comparable
        if [*map(same, shown)] == [*map(same, cell.outputs)]:
            for then in shown:
                if "execution_count" in then:
                    then.execution_count = cell.execution_count
            cell.outputs = shown
    return notebook


def comparable(output: Any) -> Any:
    """An output as nested pairs, without its number and what follows from where an object happened to lie."""
    data = output.get("data", {"text": output.get("text", "")})
    return output["output_type"], output.get("name"), {mime: _steady(mime, text) for mime, text in data.items()}


def kind(output: Any) -> Any:
    """What sort of output it is, whatever it says."""
    return output["output_type"], output.get("name"), sorted(output.get("data", {}))


def _steady(mime: str, text: str) -> str:
    if mime != "text/html":
        return steady(text)
    return _ROWS.sub(lambda row: row[1] + re.sub(r"\d+( sectors?)?", "#", row[2]), text)


def main(paths: list[str]) -> int:
    """Runs notebooks and writes them; 1 where a cell raised, of which nothing is written."""
    for path in map(Path, paths):
        try:
            notebook = refreshed(read(path))
        except CellExecutionError as error:
            print(error, file=sys.stderr)  # noqa: T201 - a command's own report
            return 1
        path.write_text(_NBFORMAT.writes(notebook) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
