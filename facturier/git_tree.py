"""The files of a git repository as they stood at a revision, read from git's objects.

Nothing is checked out: ``git ls-tree`` lists the tree, ``git cat-file`` gives the contents. Links
are followed within the tree and never out of it.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from facturier.messages import Message, message

_LINK_MODE, _MODULE_MODE = "120000", "160000"
_MOST_LINKS = 40  # as many as Linux follows
_FORBIDDEN = frozenset({"", ".", ".."})
_MAGIC = frozenset("*?[")
_OF_HOOKS = frozenset({"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"})
_ENVIRONMENT = {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0"}


class GitError(Exception):
    """The repository or the revision cannot be read; the message says why."""

    def __init__(self, found: Message) -> None:
        super().__init__(str(found))
        self.message = found


class OutsideError(Exception):
    """A path leads out of the repository."""


class _Blob(NamedTuple):
    """A file: its object, and whether it is a link."""

    object: str
    is_link: bool


class GitTree:
    """The tree of one revision.

    Attributes:
        revision: As the user typed it.
        commit: The commit it means, in full.
        folder: The path within the repository of the folder it was opened from, in parts.
    """

    def __init__(self, folder: Path, revision: str) -> None:
        """Open the tree of a revision.

        Args:
            folder: A folder within the repository.
            revision: What git calls a revision: a commit, a tag, ``main@{2026-03-31}``, ``HEAD~3``.

        Raises:
            GitError: There is no git, no repository, or no such revision.
        """
        self.revision = revision
        self._repository = folder
        self._said = ""
        inside = self._git("rev-parse", "--show-prefix")
        if inside is None:
            raise GitError(
                message(
                    "git finds no repository around this ledger, so there is no revision of it to read ({reason}); "
                    "keep it in one (git init), or leave --rev out.",
                    reason=self._said,
                )
            )
        self.folder = tuple(part for part in os.fsdecode(inside).rstrip("\n").split("/") if part)
        # What begins with a dash would be an option of git's.
        found = None if revision.startswith("-") else self._git("rev-parse", "--verify", "-q", f"{revision}^{{commit}}")
        if found is None:
            raise GitError(
                message(
                    'git knows no revision "{revision}"; git log shows the commits, and {example} names the last one '
                    "of a day.",
                    revision=revision,
                    example='--rev "$(git rev-list -1 --before=2026-04-01 HEAD)"',
                )
            )
        self.commit = found.decode().strip()
        self._root = self._read_tree()

    def find(self, parts: Sequence[str]) -> str | None:
        """Return the object of a file, links followed; None where there is no file.

        Raises:
            OutsideError: A link on the way leads out of the repository.
        """
        node = self._resolve(parts)
        return node.object if isinstance(node, _Blob) else None

    def expand(self, folder: Sequence[str], pattern: str) -> list[tuple[str, ...]]:
        """Return the files that an ``include`` means, as glob finds them, by name.

        Raises:
            OutsideError: The pattern, or a link on the way, leads out of the repository.
        """
        if pattern.startswith("/"):
            raise OutsideError
        found = self._matches(tuple(folder), tuple(part for part in pattern.split("/") if part not in ("", ".")))
        return sorted(set(found))

    def contents(self, objects: Iterable[str]) -> dict[str, bytes]:
        """Return the contents of files by their object."""
        wanted = sorted(set(objects))
        answer = self._git("cat-file", "--batch", given="".join(f"{one}\n" for one in wanted).encode())
        if answer is None:
            raise GitError(message("git cannot read the files of this revision; git fsck says what is damaged."))
        found: dict[str, bytes] = {}
        position = 0
        for one in wanted:
            end = answer.index(b"\n", position)
            header = answer[position:end].split(b" ")
            if len(header) != len(("object", "type", "size")):
                raise GitError(message("git cannot read the files of this revision; git fsck says what is damaged."))
            size = int(header[2])
            found[one] = answer[end + 1 : end + 1 + size]
            position = end + 1 + size + 1
        return found

    # --- Paths

    def _resolve(self, parts: Sequence[str]) -> _Blob | dict[str, object] | None:
        """Return what stands at a path, links followed."""
        node: object = self._root
        above: list[object] = []
        waiting = list(reversed(parts))
        links = 0
        while waiting:
            name = waiting.pop()
            if name == "..":
                if not above:
                    raise OutsideError
                node = above.pop()
                continue
            if name in ("", "."):
                continue
            child = node.get(name) if isinstance(node, dict) else None
            if isinstance(child, _Blob) and child.is_link:
                links += 1
                target = os.fsdecode(self.contents([child.object])[child.object])
                if target.startswith("/"):
                    raise OutsideError
                if links > _MOST_LINKS:
                    return None
                waiting += reversed(target.split("/"))
                continue
            above.append(node)
            node = child
        return node if isinstance(node, _Blob | dict) else None

    def _matches(self, folder: tuple[str, ...], parts: tuple[str, ...], depth: int = 0) -> Iterator[tuple[str, ...]]:
        if not parts:
            if self.find(folder) is not None:
                yield folder
            return
        first, rest = parts[0], parts[1:]
        if first == "..":
            if not folder:
                raise OutsideError
            yield from self._matches(folder[:-1], rest, depth)
        elif _MAGIC.isdisjoint(first):
            yield from self._matches((*folder, first), rest, depth)
        elif depth <= _MOST_LINKS:
            node = self._resolve(folder)
            names = [name for name in node if not name.startswith(".")] if isinstance(node, dict) else []
            if first == "**":
                yield from self._matches(folder, rest, depth + 1)
                for name in names:
                    yield from self._matches((*folder, name), parts, depth + 1)
            else:
                for name in node if isinstance(node, dict) and first.startswith(".") else names:
                    if fnmatchcase(name, first):
                        yield from self._matches((*folder, name), rest, depth)

    # --- git

    def _read_tree(self) -> dict[str, object]:
        listing = self._git("ls-tree", "-r", "-z", "--full-tree", self.commit)
        if listing is None:
            raise GitError(message("git cannot read the files of this revision; git fsck says what is damaged."))
        root: dict[str, object] = {}
        for line in listing.split(b"\0"):
            if not line:
                continue
            about, _, path = line.partition(b"\t")
            mode, _, name = about.decode().split(" ")
            if mode == _MODULE_MODE:
                continue  # another repository: its files are not in this one
            *folders, last = parts = os.fsdecode(path).split("/")
            if not _FORBIDDEN.isdisjoint(parts):
                continue  # git itself writes no such name; a tree made by hand may hold one
            node = root
            for folder in folders:
                below = node.get(folder)
                if not isinstance(below, dict):
                    below = node[folder] = {}
                node = below
            node[last] = _Blob(name, mode == _LINK_MODE)
        return root

    def _git(self, *arguments: str, given: bytes = b"") -> bytes | None:
        """Run git; None when it says no."""
        try:
            done = subprocess.run(
                ["git", "-C", str(self._repository), *arguments],
                input=given,
                capture_output=True,
                env=_environment(),
                check=False,
            )
        except OSError as failure:
            raise GitError(
                message("--rev needs git, and it cannot be run: {reason}.", reason=failure.strerror or str(failure))
            ) from failure
        self._said = done.stderr.decode("utf-8", "replace").strip().removeprefix("fatal: ").partition("\n")[0]
        return done.stdout if done.returncode == 0 else None


def _environment() -> dict[str, str]:
    """Return the environment for git; a hook that runs us has variables of another repository's place."""
    kept = {name: value for name, value in os.environ.items() if name not in _OF_HOOKS}
    return {**kept, **_ENVIRONMENT}
