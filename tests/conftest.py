"""What all tests share: tools that may be absent, and ledgers written in docstrings."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from ledgers import HEADER, Ledger, ledger_of, write_ledger

_TOOLS = {
    "java": ("javac",),
    "poppler": ("pdftotext",),
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, with a reason, the tests whose tool this machine lacks."""
    for marker, programs in _TOOLS.items():
        if any(shutil.which(program) for program in programs):
            continue
        absent = pytest.mark.skip(reason=f"{marker}: none of {', '.join(programs)} is installed")
        for item in items:
            if item.get_closest_marker(marker):
                item.add_marker(absent)


@pytest.fixture
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Ledger:
    """The ledger in the test's docstring, below the standard header, written to a real file and loaded."""
    source = request.function.__doc__
    assert source, "this test writes its ledger in its docstring"
    return ledger_of(write_ledger(tmp_path, source))


@pytest.fixture
def ledger_file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The file of the ledger in the test's docstring, below the standard header, not loaded yet."""
    source = request.function.__doc__
    assert source, "this test writes its ledger in its docstring"
    return write_ledger(tmp_path, source)


@pytest.fixture
def bare_ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Ledger:
    """The ledger in the test's docstring and nothing else."""
    source = request.function.__doc__
    assert source, "this test writes its ledger in its docstring"
    return ledger_of(write_ledger(tmp_path, source, header=""))


@pytest.fixture
def make_ledger(tmp_path: Path) -> Callable[[str], Ledger]:
    """Write some ledger text below the standard header and load it."""

    def make(source: str, header: str = HEADER) -> Ledger:
        return ledger_of(write_ledger(tmp_path, source, header=header))

    return make
