"""Every notebook runs from top to bottom, and is stored without outputs."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SECONDS_PER_CELL = 120


def test_there_is_a_notebook():
    assert [path.name for path in NOTEBOOKS] == ["01_triage.ipynb"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_stored_without_outputs(path):
    notebook = nbformat.read(path, as_version=4)

    stored = [cell.outputs for cell in notebook.cells if cell.cell_type == "code" and cell.outputs]

    assert stored == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs(path):
    with warnings.catch_warnings():
        # The kernel's transport warns about its own event loop and sockets, not about our code.
        warnings.simplefilter("ignore")
        from nbclient import NotebookClient  # noqa: PLC0415 - imported under the filter

        notebook = nbformat.read(path, as_version=4)
        client = NotebookClient(
            notebook,
            timeout=SECONDS_PER_CELL,
            kernel_name="python3",
            resources={"metadata": {"path": str(path.parent)}},
        )
        # The kernel runs in the notebooks' folder, where an uninstalled checkout is not found.
        done = client.execute(env={**os.environ, "PYTHONPATH": str(ROOT)})

    complaints = [
        output.text
        for cell in done.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "stream" and output.name == "stderr"
    ]
    assert complaints == []
