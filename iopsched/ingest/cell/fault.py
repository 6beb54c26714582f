"""A cell that cannot be read."""

from __future__ import annotations

from collections.abc import Callable

from iopsched.words.wording import either, joined

# A sentence, or what makes it when it is asked for: a hint compares words, which takes too long where nobody reads it.
Text = str | Callable[[], str]


def written(text: Text) -> str:
    """Return a sentence that may have to be made first."""
    return text if isinstance(text, str) else text()


class Fault(Exception):  # noqa: N818 - a fault of the input, not of the program
    """A cell that cannot be read, before anybody knows where the cell stands."""

    def __init__(self, code: str, message: str, remedy: Text, replacements: tuple[str, ...] = ()) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.advice = remedy
        self.replacements = replacements

    def __reduce__(self) -> tuple[object, ...]:
        """Return how a copy is made: what makes the remedy when it is asked for cannot be pickled, the sentence can."""
        return type(self), (self.code, self.message, self.remedy, self.replacements)

    @property
    def remedy(self) -> str:
        """Return what to do, as a sentence."""
        return written(self.advice)

    @classmethod
    def unclear(cls, code: str, message: str, replacements: tuple[str, ...], more: str = "") -> Fault:
        """Return the fault of a cell for which its possible readings are known, the likeliest first."""
        return cls(code, message, joined(f"Write {either(replacements)}.", more), replacements)
