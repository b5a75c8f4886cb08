"""What the tests of the house share: where the tree is, and which files belong to it."""

from __future__ import annotations

import os
import subprocess
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
# What tools leave behind, in a tree that git does not describe.
LEFT_BEHIND = frozenset({
    ".git", ".venv", "__pycache__", "build", "dist", "demo", ".mypy_cache", ".ruff_cache", ".pytest_cache",
    ".hypothesis", ".import_linter_cache",
})  # fmt: skip


def tree() -> list[Path]:
    """Return the files of the project, relative to its root: git's, or in an unpacked archive all there are."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode == 0 and listed.stdout:
        names = [Path(os.fsdecode(name)) for name in listed.stdout.split(b"\0") if name]
        return sorted(name for name in names if (ROOT / name).is_file())
    return sorted(path.relative_to(ROOT) for path in _walk(ROOT))


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name in LEFT_BEHIND or path.name.endswith((".egg-info", ".picklecache")):
            continue
        if path.is_dir():
            yield from _walk(path)
        else:
            yield path


def setuptools_settings() -> Mapping[str, Any]:
    """Return ``[tool.setuptools]`` of pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    settings: dict[str, Any] = project["tool"]["setuptools"]
    return settings
