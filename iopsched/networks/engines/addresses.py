"""The way to a running Dask cluster: which address may be spoken to, and why one does not answer.

Whoever can reach a scheduler can have its workers run anything, so that both ends must know each other. On this machine
alone that is left to its users. Any other address is spoken to by TLS only, with a certificate on both ends that the same
authority signed; Dask asks for both.
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
import re
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from iopsched.errors import UsageError

PORT = 8786
PATIENCE_S = 5.0
"""So long one step of getting to the scheduler may take."""
FORM = re.compile(r"(?:([a-z]{2,10})://)?(\[[0-9a-fA-F:.%]{2,60}\]|[^\s:/\[\]]{1,255})(?::(\d{1,5}))?/?", re.ASCII)
HAS_EXPIRED, NOT_YET_VALID = 10, 9
"""OpenSSL's codes of a certificate that is not accepted."""
NO_TLS = ("WRONG_VERSION", "RECORD_LAYER", "UNEXPECTED_EOF", "HTTP_REQUEST")
REFUSALS = (
    "UNKNOWN_CA",
    "DECRYPT_ERROR",
    "BAD_CERTIFICATE",
    "CERTIFICATE_REQUIRED",
    "CERTIFICATE_UNKNOWN",
    "HANDSHAKE_FAILURE",
)
"""What a scheduler says of a certificate that its own authority has not signed; the second where both have the same name."""
TLS_ASKED = "Write tls://HOST:PORT and give --cert, --key and --ca; docs/network.md makes these files with openssl"


@dataclass(frozen=True, slots=True)
class ClientFiles:
    """The files by which caller and scheduler know each other: certificate and key of the caller, and who signed both ends."""

    certificate: Path
    key: Path
    authority: Path


@dataclass(frozen=True, slots=True)
class SchedulerAddress:
    """Where a scheduler listens, and whether it is spoken to by TLS."""

    host: str
    port: int
    is_tls: bool

    def __str__(self) -> str:
        """Return it as Dask writes it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'tls' if self.is_tls else 'tcp'}://{host}:{self.port}"


def files_of(certificate: Path | None, key: Path | None, authority: Path | None) -> ClientFiles | None:
    """Return the files of TLS, None where none is given.

    Raises
    ------
    UsageError
        If one is missing beside the others.
    """
    named = {"--cert": certificate, "--key": key, "--ca": authority}
    missing = [option for option, path in named.items() if path is None]
    if certificate is None or key is None or authority is None:
        if len(missing) < len(named):
            raise UsageError(f"TLS needs --cert, --key and --ca together; {' and '.join(missing)} is missing.")
        return None
    return ClientFiles(certificate, key, authority)


def address_of(text: str, files: ClientFiles | None) -> SchedulerAddress:
    """Return an address as somebody writes it; the port is 8786 where none is written, and with files of TLS it is TLS.

    Raises
    ------
    UsageError
        If it is none, or may not be spoken to without TLS.
    """
    found = FORM.fullmatch(text.strip())
    if found is None:
        raise UsageError(
            f"--dask {text!r} is no address of a scheduler. Write HOST:PORT, tcp://HOST:PORT or tls://HOST:PORT."
        )
    scheme, host, port = found[1], found[2].strip("[]"), int(found[3] or PORT)
    if scheme not in (None, "tcp", "tls"):
        raise UsageError(f"--dask speaks tcp:// and tls:// only, not {scheme}://.")
    if not 0 < port < 2**16:
        raise UsageError(f"--dask: a port is a number from 1 to 65535, not {port}.")
    if scheme == "tls" and files is None:
        raise UsageError("--dask tls:// needs the files --cert, --key and --ca.")
    is_tls = files is not None
    if not is_tls and not is_loopback(host):
        raise UsageError(
            f"--dask {host} is another machine, or may be: without TLS whoever is on the network between could read the clinics "
            f"and run programs on the workers. {TLS_ASKED}. Only 127.0.0.1, [::1] and localhost may be spoken to without."
        )
    if is_tls and scheme == "tcp":
        raise UsageError("--dask tcp:// is without TLS, but --cert, --key and --ca are given. Write tls://.")
    return SchedulerAddress(host, port, is_tls)


def is_loopback(host: str) -> bool:
    """Return whether an address is certainly this machine alone: as a number, or as ``localhost`` where that is one."""
    if host.rstrip(".").lower() == "localhost":
        with contextlib.suppress(OSError):
            return all(is_loopback(str(entry[4][0])) for entry in socket.getaddrinfo(host, None))
        return False
    try:
        number = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    inner = number.ipv4_mapped if isinstance(number, ipaddress.IPv6Address) else None
    return (inner or number).is_loopback


def tls_context(files: ClientFiles) -> ssl.SSLContext:
    """Return how the caller speaks TLS, as Dask does: certificates of this authority only, names do not matter.

    Raises
    ------
    UsageError
        If a file is no certificate or key, or they do not fit.
    """
    for option, path in (("--cert", files.certificate), ("--key", files.key), ("--ca", files.authority)):
        if not path.is_file() or not os.access(path, os.R_OK):
            raise UsageError(f"{option} {path} is no file that you may read.")
    try:
        context = ssl.create_default_context(cafile=str(files.authority))
    except (ssl.SSLError, ValueError):
        raise UsageError(f"--ca {files.authority} holds no certificate in PEM form.") from None
    try:
        context.load_cert_chain(files.certificate, files.key, password=_no_passphrase)
    except _LockedKeyError:
        raise UsageError(
            f"--key {files.key} asks for a passphrase, which nobody can give at night. Use a key without one."
        ) from None
    except (ssl.SSLError, ValueError) as error:
        if "MISMATCH" in str(error).upper():
            raise UsageError(f"--key {files.key} is not the key of --cert {files.certificate}.") from None
        raise UsageError(f"--cert {files.certificate} or --key {files.key} is not in PEM form.") from None
    context.check_hostname = False
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


class _LockedKeyError(Exception):
    """A key that asks for a passphrase."""


def _no_passphrase() -> str:
    raise _LockedKeyError


def knock(address: SchedulerAddress, context: ssl.SSLContext | None) -> None:
    """Return if something answers at an address as a scheduler does.

    Raises
    ------
    UsageError
        If nothing does, with what is in the way.
    """
    with _told_plainly(address), socket.create_connection((address.host, address.port), PATIENCE_S) as plain:
        plain.settimeout(PATIENCE_S)
        if context is None:
            answer = _first_bytes(plain)
        else:
            with context.wrap_socket(plain, server_hostname=address.host) as sealed:
                answer = _first_bytes(sealed)  # with TLS 1.3 a refused certificate is told only now
    if not answer:
        hint = "" if address.is_tls else f" If it speaks TLS: {TLS_ASKED[0].lower()}{TLS_ASKED[1:]}."
        raise UsageError(f"What listens at {address} does not answer as a Dask scheduler does.{hint}")


def _first_bytes(line: socket.socket) -> bytes:
    """Return the beginning of what a scheduler says unasked, nothing where it says nothing."""
    with contextlib.suppress(TimeoutError):
        return line.recv(8)
    return b""


@contextlib.contextmanager
def _told_plainly(address: SchedulerAddress) -> Iterator[None]:
    """Turn what a socket raises into a sentence."""
    try:
        yield
    except socket.gaierror:
        why = "there is no machine of that name."
    except ssl.SSLCertVerificationError as error:
        why = _certificate_fault(error)
    except ssl.SSLError as error:
        why = _refusal(error)
    except TimeoutError:
        why = f"nothing answered within {PATIENCE_S:.0f} seconds."
    except ConnectionRefusedError:
        why = "nothing listens there. Is the scheduler running?"
    except ConnectionResetError:
        why = "it hung up. Does it speak TLS, and does it know the authority that signed --cert?"
    except (OSError, UnicodeError):
        why = "there is no way to that machine."
    else:
        return
    raise UsageError(f"The scheduler at {address} cannot be reached: {why}")


def _certificate_fault(error: ssl.SSLCertVerificationError) -> str:
    if error.verify_code == HAS_EXPIRED:
        return "its certificate has expired. Make a new one (docs/network.md)."
    if error.verify_code == NOT_YET_VALID:
        return "its certificate is not valid yet. Compare the clocks of both machines."
    return "its certificate is not signed by the authority in --ca."


def _refusal(error: ssl.SSLError) -> str:
    alert = (error.reason or "").upper()
    if "EXPIRED" in alert:
        return "it says that --cert has expired. Make a new one (docs/network.md)."
    if any(word in alert for word in REFUSALS):
        return "it does not accept --cert. Did the authority in its own --tls-ca-file sign it?"
    if any(word in alert for word in NO_TLS):
        return "it does not speak TLS. Start it with --tls-ca-file, --tls-cert and --tls-key."
    return "TLS with it fails."
