"""The local page: a server on this machine only, which asks the use cases and lets the browser draw what they answer.

Modules are loaded when they are first used, so that whoever only names one does not wait for the server's libraries.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iopsched.page import serving as serving
else:

    def __getattr__(name: str) -> ModuleType:
        try:
            return import_module(f"{__name__}.{name}")
        except ModuleNotFoundError as error:
            if error.name != f"{__name__}.{name}":
                raise
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
