"""What was rendered into a folder, and from what, so that nothing is rendered twice."""

from __future__ import annotations

import json
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from facturier.writer import replace

INDEX = ".facturier-pdf.json"


class MadeFiles:
    """The files made in a folder; losing the index only costs rendering again."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / INDEX
        self._known: dict[str, tuple[str, str]] = {}
        self._stored: dict[str, tuple[str, str]] = {}
        # A damaged index is as good as none.
        with suppress(OSError, ValueError):
            stored = json.loads(self._path.read_text(encoding="utf-8"))
            if isinstance(stored, dict):
                self._stored = {
                    name: (str(one[0]), str(one[1]))
                    for name, one in stored.items()
                    if isinstance(one, list) and len(one) == 2
                }
        self._known = dict(self._stored)

    def holds(self, path: Path, fingerprint: str) -> bool:
        """Tell whether a file is there, unchanged, as it would be made again."""
        made_from, digest = self._known.get(path.name, ("", ""))
        if made_from != fingerprint:
            return False
        try:
            return sha256(path.read_bytes()).hexdigest() == digest
        except OSError:
            return False

    def note(self, name: str, fingerprint: str, digest: str) -> None:
        """Remember a file that was made."""
        self._known[name] = (fingerprint, digest)

    def save(self) -> None:
        """Write the index if it changed.

        Raises:
            WriteRefusedError: The folder does not allow it.
        """
        if self._known != self._stored:
            replace(self._path, json.dumps(self._known, indent=0, sort_keys=True).encode())
            self._stored = dict(self._known)
