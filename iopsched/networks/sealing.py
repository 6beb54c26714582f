"""What travels through a cluster is sealed: its scheduler passes on bytes that it cannot read.

A seal is AES-256 in Galois/Counter mode with a key that caller and workers know. What is sealed also says what it is
and whose, so that nobody can answer one task with the answer of another. On a cluster that the caller starts the key is
made for that night. On another one the operator puts the same key on the workers and the caller, in the environment
variable :data:`KEY` or in a file named by :data:`KEY_FILE`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from iopsched.errors import UsageError
from iopsched.files.reading import UnreadableError, read_bytes

KEY, KEY_FILE = "IOPSCHED_NETWORK_KEY", "IOPSCHED_NETWORK_KEY_FILE"
KEY_BYTES = 32
NONCE_BYTES = 12
MOST_BYTES = 1000
"""A key file is one line; whatever is longer is another file."""
ASKED = f"It is {KEY_BYTES} random bytes in base64, as `openssl rand -base64 {KEY_BYTES}` prints them."


class BrokenSealError(ValueError):
    """Bytes that were not sealed with this key, or for another task."""


class Seal:
    """Seals bytes and opens them again; both ends need the same key."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        ciphers = import_module("cryptography.hazmat.primitives.ciphers.aead")  # an extra, loaded when it is used
        self._cipher = ciphers.AESGCM(key)

    def closed(self, data: bytes, about: str) -> bytes:
        """Return bytes that nobody without the key can read; ``about`` says what they are and whose."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed: bytes = self._cipher.encrypt(nonce, data, about.encode())
        return nonce + sealed

    def opened(self, data: bytes, about: str) -> bytes:
        """Return what was sealed.

        Raises
        ------
        BrokenSealError
            If it was sealed with another key or about something else, or was changed on its way.
        """
        try:
            found: bytes = self._cipher.decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], about.encode())
        except Exception as error:  # the library has a type of its own, which needs the extra
            raise BrokenSealError from error
        return found

    def mark(self, of: str) -> str:
        """Return what shows that one has the key, and tells nothing of it: a hash of some text with it."""
        return hmac.new(self._key, of.encode(), hashlib.sha256).hexdigest()


def new_key() -> str:
    """Return a key as text."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def seal_of(text: str, where: str) -> Seal:
    """Return the seal of a key as text; ``where`` says where it stands.

    Raises
    ------
    UsageError
        If it is no key.
    """
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise UsageError(f"{where} holds no key. {ASKED}")
    return Seal(key)


def seal_of_environment(environment: Mapping[str, str] = os.environ) -> Seal | None:
    """Return the seal whose key the environment names, None where it names none.

    Raises
    ------
    UsageError
        If the file is not there, or what is named is no key.
    """
    if environment.get(KEY):
        return seal_of(environment[KEY], f"The environment variable {KEY}")
    if not environment.get(KEY_FILE):
        return None
    path = Path(environment[KEY_FILE])
    try:
        text = read_bytes(path, MOST_BYTES).decode("ascii", "replace")
    except UnreadableError as error:
        raise UsageError(f"{KEY_FILE} names a key file. {error}") from None
    return seal_of(text, f"The key file {path}")
