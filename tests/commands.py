"""Running ``facturier`` as its users do: the installed program, in a process and a folder of its own."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

# From linux/prctl.h and linux/capability.h.
_PR_CAPBSET_DROP = 24
_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH = 1, 2
PROGRAM = Path(sys.executable).parent / "facturier"
BOOKS = Path(str(files("facturier.ledger")))


def run(
    *arguments: str | Path,
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
    code: int | None = None,
    ordinary_user: bool = False,
    encoding: str = "utf-8",
) -> subprocess.CompletedProcess[str]:
    """Run a command without a terminal; messages in English until a ledger says otherwise.

    Args:
        arguments: The command and its arguments.
        cwd: The folder to run it in.
        environment: Variables to set.
        code: The exit code it must have, if one is expected.
        encoding: Of its output.
        ordinary_user: Whether to give up root's rights, which would read and write anything.
    """
    inherited = {key: value for key, value in os.environ.items() if key not in ("BEANCOUNT_FILE", "LC_ALL", "LANG")}
    done = subprocess.run(
        [str(PROGRAM), *map(str, arguments)],
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding=encoding,
        env={**inherited, "LC_ALL": "C.UTF-8", "PYTHONIOENCODING": encoding, **(environment or {})},
        preexec_fn=obey_permissions if ordinary_user else None,
        timeout=120,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    if code is not None:
        assert done.returncode == code, done.stdout + done.stderr
    return done


def run_json(*arguments: str | Path, cwd: Path | None = None, code: int | None = 0) -> Any:
    """Run a command with ``--json`` and return what it prints."""
    return json.loads(run(*arguments, "--json", cwd=cwd, code=code).stdout)


def obey_permissions() -> None:
    """Give up root's right to read and write whatever it likes, from the next program on; others have no such right."""
    if os.geteuid() == 0:
        library = ctypes.CDLL(None)
        for capability in (_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH):
            assert library.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0) == 0


def demo_books(folder: Path, language: str = "en") -> Path:
    """Copy the demo company's books into a folder that is not there yet; return the top file."""
    shutil.copytree(BOOKS, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    main = folder / "main.beancount"
    text = main.read_text(encoding="utf-8")
    french = 'custom "fava-option" "language" "fr"'
    assert french in text
    main.write_text(text.replace(french, french.replace("fr", language)), encoding="utf-8")
    return main


def contents(folder: Path) -> dict[str, bytes]:
    """Return the content of every file below a folder, to see that nothing changed."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
