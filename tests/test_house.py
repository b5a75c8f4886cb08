"""The house itself: its checkers are content, its floors hold, nothing is unlisted, nothing of one machine is in it."""

from __future__ import annotations

import ast
import doctest
import importlib
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from house import ROOT, setuptools_settings, tree

LONGEST_MODULE = 450
CHECKERS = {
    "ruff": ["ruff", "check", "."],
    "ruff format": ["ruff", "format", "--check", "."],
    "mypy": ["mypy"],
    "import-linter": ["lint-imports"],
}
MACHINE_PATHS = re.compile(r"(?<![\w./])/(?:work|root|home|Users|mnt)/\w")
# Written in pieces, so that this file does not hold what it forbids.
ASSISTANTS = re.compile("|".join(("Anthro" + "pic", "Cl" + "aude", "Open" + "AI", "Chat" + "GPT", "Copi" + "lot")))
CLAIMS = re.compile(r"\b(?:certified|compliant|certifiée?s?|conforme à la loi)\b", re.IGNORECASE)


def text_files() -> list[Path]:
    """The files of the tree that are text."""
    found = []
    for path in tree():
        content = (ROOT / path).read_bytes()
        if b"\0" not in content:
            found.append(path)
    return found


def modules() -> list[Path]:
    return [path for path in tree() if path.suffix == ".py"]


def packaged_names() -> list[str]:
    """The names under which the modules of the tree are imported once installed."""
    folders = {Path(folder): name for name, folder in setuptools_settings()["package-dir"].items()}
    names = []
    for path in modules():
        if Path(path.parts[0]) in folders:
            parts = (folders[Path(path.parts[0])], *path.with_suffix("").parts[1:])
            names.append(".".join(part for part in parts if part != "__init__"))
    return names


@pytest.mark.parametrize("name", CHECKERS)
def test_the_checkers_are_content(name: str) -> None:
    program, *arguments = CHECKERS[name]
    beside_python = shutil.which(program, path=Path(sys.executable).parent)
    if beside_python is None:
        pytest.skip(f"{name}: not installed; make test installs it")
    done = subprocess.run([beside_python, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_package_is_listed() -> None:
    settings = setuptools_settings()
    found = {
        ".".join([name, *init.parent.relative_to(ROOT / folder).parts])
        for name, folder in settings["package-dir"].items()
        for init in (ROOT / folder).rglob("__init__.py")
    }
    assert found == set(settings["packages"])


def test_no_folder_of_modules_lacks_its_init() -> None:
    folders = {path.parent for path in modules() if path.parts[0] in setuptools_settings()["package-dir"].values()}
    # The font maker is a tool that stands beside the fonts it made; nothing imports it.
    bare = {folder for folder in folders if not (ROOT / folder / "__init__.py").exists()}
    assert bare <= {Path("invoice_templates/fonts")}


def test_the_mapped_folders_are_no_folders_of_the_core() -> None:
    for folder in ("plugins", "importers", "invoice_templates", "fava_ext", "ledger"):
        assert not (ROOT / "facturier" / folder).exists()
        assert find_spec(f"facturier.{folder}") is not None


def test_every_module_says_what_it_is_for() -> None:
    silent = [path for path in modules() if not ast.get_docstring(ast.parse((ROOT / path).read_text(encoding="utf-8")))]
    assert silent == []


def test_no_module_is_too_long_to_read() -> None:
    shipped = [path for path in modules() if path.parts[0] != "tests"]
    lines = {path: (ROOT / path).read_text(encoding="utf-8").count("\n") for path in shipped}
    assert {path: count for path, count in lines.items() if count > LONGEST_MODULE} == {}


def test_examples_in_docstrings_hold() -> None:
    attempted = 0
    for name in packaged_names():
        if name.startswith("facturier.invoice_templates.fonts"):
            continue
        result = doctest.testmod(importlib.import_module(name))
        assert result.failed == 0, name
        attempted += result.attempted
    assert attempted > 0


def test_nothing_of_one_machine_or_of_its_makers_is_in_the_tree() -> None:
    found = []
    for path in text_files():
        text = (ROOT / path).read_text(encoding="utf-8", errors="replace")
        for pattern in (MACHINE_PATHS, ASSISTANTS):
            found += [f"{path}: {match.group()}" for match in pattern.finditer(text)]
    assert found == []


def test_the_guard_against_machine_paths_can_see_one() -> None:
    assert MACHINE_PATHS.search("see " + "/home" + "/paul/books")
    assert MACHINE_PATHS.search('"' + "/root" + '/x"')
    assert not MACHINE_PATHS.search("https://example.org/" + "home/x")


def test_nothing_is_claimed_that_only_an_authority_can_say() -> None:
    """A hash chain is evidence; certification under CGI art. 286 I-3° bis is given by others."""
    spoken = [path for path in text_files() if path.suffix in (".md", ".po")]
    assert spoken
    found = [
        f"{path}: {match.group()}"
        for path in spoken
        for match in CLAIMS.finditer((ROOT / path).read_text(encoding="utf-8"))
    ]
    assert found == []


def test_the_licence_is_in_the_tree() -> None:
    assert "GNU GENERAL PUBLIC LICENSE" in (ROOT / "LICENSE").read_text(encoding="utf-8")
