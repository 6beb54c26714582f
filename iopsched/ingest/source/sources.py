"""Where a clinic or a week is read from: a folder, whose files are read once, with every doubt about them told."""

from __future__ import annotations

import hashlib
import re
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from iopsched.errors import Issue
from iopsched.files.reading import Reason, UnreadableError, read_bytes
from iopsched.ingest.privacy import is_near, shown_file
from iopsched.ingest.report import At, Report
from iopsched.ingest.source.settingrows import notes_of
from iopsched.ingest.source.texts import Numbered, Settings, read_settings, split_rows, text_of
from iopsched.ingest.source.tomllines import key_lines
from iopsched.words.wording import listed

# Endings of files in which somebody may have put a table; folders that the product itself fills.
_TABLES = (
    ".txt",
    ".tsv",
    ".tab",
    ".xls",
    ".xlsx",
    ".xlsm",
    ".xlsb",
    ".ods",
    ".numbers",
    ".bak",
    ".toml",
    ".doc",
    ".docx",
)
_OWN_FOLDERS = frozenset({"schedules", "published"})


def _table_like(name: str, known: Collection[str]) -> str:
    """Return the file of a clinic of which a name is a copy or misspelling in all but letters, blank where there is none."""
    stem = re.sub(r"[\W_]+", "_", name.casefold().partition(".")[0])
    return next(
        (
            own
            for own in known
            if re.fullmatch(
                rf"(copy_of_|old_|new_|the_)?{own.partition('.')[0]}_?(copy|old|new|backup|final|v?[0-9]+)?_?([0-9]+_?)?",
                stem,
            )
        ),
        "",
    )


class Source(ABC):
    """Tables and settings by the names of the files that hold them in a clinic folder.

    ``prefix`` stands before these names in issues.
    """

    def __init__(self, path: Path, report: Report, prefix: str = "") -> None:
        self.path = path
        self.report = report
        self.prefix = prefix

    @property
    @abstractmethod
    def name(self) -> str:
        """Return the name of a clinic that gives itself none."""

    @abstractmethod
    def exists(self, name: str) -> bool:
        """Return whether there is anything of this name, readable or not."""

    @abstractmethod
    def renaming(self, name: str) -> str:
        """Return how to mend a near miss of this name, or nothing."""

    @abstractmethod
    def others(self, known: Collection[str]) -> Iterator[tuple[str, str, bool]]:
        """Yield tables of other names, which nobody reads: the name, a sentence about it, and whether that shows the name."""

    @abstractmethod
    def rows(self, name: str) -> Iterator[Numbered | None] | None:
        """Return the numbered rows of a table, None (and an issue) where it has none that can be read.

        The last row is None where the rest cannot be read.
        """

    @abstractmethod
    def settings(self, name: str) -> Settings | None:
        """Return the settings, None (and an issue) where there are none that can be read."""

    @abstractmethod
    def sha256(self) -> str:
        """Return the hash over everything read."""

    def notes(self) -> Mapping[str, str]:
        """Return the remarks beside settings, by dotted key."""
        return {}

    def told(self, issues: tuple[Issue, ...]) -> tuple[Issue, ...]:
        """Return issues about files of a clinic folder as they are told of this source."""
        return issues


class Folder(Source):
    """A clinic or schedule folder whose files are read at most once."""

    def __init__(self, path: Path, report: Report, prefix: str = "") -> None:
        super().__init__(path, report, prefix)
        self._read: dict[str, bytes] = {}

    @property
    def name(self) -> str:
        """Return the folder's own name."""
        return self.path.resolve().name

    def exists(self, name: str) -> bool:
        """Return whether there is anything of this name, readable or not."""
        return (self.path / name).exists() or (self.path / name).is_symlink()

    def renaming(self, name: str) -> str:
        """Return how to mend the name of a file that stands here as ``NAME.txt`` or in other letters, or nothing."""
        if not self.path.is_dir():
            return ""
        near = (f"{name}.", name.rpartition(".")[0] + ".txt")
        for other in sorted(path.name for path in self.path.iterdir()):
            low = other.casefold()
            if low == name or low.startswith(near[0]) or low == near[1]:
                return f"Rename {shown_file(other, [name])} to {name}."
        return ""

    def others(self, known: Collection[str]) -> Iterator[tuple[str, str, bool]]:
        """Yield the files that nobody reads: one by one those like a table of ours, the rest in one sentence."""
        rest = []
        for path in sorted(self.path.iterdir() if self.path.is_dir() else ()):
            name = path.name
            if name in known or name.startswith((".", "~")):
                continue
            if path.is_dir():
                inside = [table for table in known if (path / table).is_file()]
                if inside and not (path / "clinic.toml").exists() and name not in _OWN_FOLDERS:
                    yield (
                        name,
                        f"The folder {shown_file(name, known)} holds {listed(inside)}, which were not read.",
                        is_near(name, known),
                    )
            elif (own := _table_like(name, known)) and self.exists(own):
                yield name, f"The file {shown_file(name, known)} was not read; {own} was.", is_near(name, known)
            elif own or name.lower().endswith(".csv"):
                yield (
                    name,
                    f"The file {shown_file(name, known)} is not part of a clinic folder and was not read.",
                    is_near(name, known),
                )
            elif name.lower().endswith(_TABLES):
                rest.append(name)
        if rest:
            shown = listed(shown_file(name, known) for name in rest[:5])
            yield (
                "",
                f"These files are not part of a clinic folder and were not read: {shown}{f' and {len(rest) - 5} more' if len(rest) > 5 else ''}.",
                False,
            )

    def rows(self, name: str) -> Iterator[Numbered | None] | None:
        """Return the numbered rows of a CSV file, None (and an issue) where it has none that can be read."""
        if (data := self.data(name)) is None or (text := text_of(data, self.prefix + name, self.report)) is None:
            return None
        return split_rows(text, At(self.prefix + name), self.report)

    def settings(self, name: str) -> Settings | None:
        """Return the settings of a TOML file, None (and an issue) where it has none that can be read."""
        data = self.data(name)
        return None if data is None else read_settings(data, self.prefix + name, self.report)

    def notes(self) -> Mapping[str, str]:
        """Return the remarks behind the lines of settings, by dotted key, once the settings are read."""
        text = self._read.get("clinic.toml", b"").decode("utf-8-sig", "replace")
        return notes_of(text, key_lines(text))

    def data(self, name: str) -> bytes | None:
        """Return the bytes of a file that exists, None (and an issue) where they cannot be had."""
        path = self.path / name
        data = bytes_of(path, At(self.prefix + name), self.report, self.path)
        if data is not None:
            self._read[name] = data
        return data

    def sha256(self) -> str:
        """Return the hash over name, length and bytes of every file read, sorted by name."""
        digest = hashlib.sha256()
        for name, data in sorted(self._read.items()):
            digest.update(f"{name}\0{len(data)}\0".encode())
            digest.update(data)
        return digest.hexdigest()


class FilesAtHand(Folder):
    """The files of a clinic folder that is not on the disk: not yet, or no longer.

    ``inputs_sha256`` is the hash of the input that they were taken from, blank where they are the input themselves.
    """

    def __init__(self, path: Path, report: Report, files: Mapping[str, bytes], inputs_sha256: str = "") -> None:
        super().__init__(path, report)
        self._files = files
        self._inputs_sha256 = inputs_sha256

    def exists(self, name: str) -> bool:
        """Return whether there is a file of this name."""
        return name in self._files

    def data(self, name: str) -> bytes | None:
        """Return the bytes of a file that is there."""
        self._read[name] = self._files[name]
        return self._files[name]

    def sha256(self) -> str:
        """Return the hash of the input."""
        return self._inputs_sha256 or super().sha256()


def bytes_of(path: Path, at: At, report: Report, home: Path | None = None) -> bytes | None:
    """Return the bytes of a file that exists, None (and an issue) where they cannot be had.

    ``home`` is the folder in which the file should lie, and not a link to one elsewhere.
    """
    try:
        if home is not None and path.is_symlink() and not path.resolve().is_relative_to(home.resolve()):
            report.tell("W-FILE-LINK", at, "This is a link to a file outside the folder.", "Copy the file here.")
        return read_bytes(path)
    except UnreadableError as error:
        code, message, remedy = _TOLD[error.reason]
    except (OSError, RuntimeError):  # a loop of links
        code, message, remedy = _LOST
    report.tell(code, at, message, remedy)
    return None


_LOST = ("E-FILE-ACCESS", "This file cannot be read.", "Check that it is there and not damaged.")
_TOLD = {
    Reason.MISSING: _LOST,
    Reason.DISK: _LOST,
    Reason.KIND: ("E-FILE-KIND", "This is not a regular file.", "Put a file of this name there."),
    Reason.ACCESS: ("E-FILE-ACCESS", "You may not read this file.", "Ask for permission to read it."),
    Reason.SIZE: ("E-FILE-SIZE", "This file is larger than 10 MB.", "Remove what is not part of the table."),
}
