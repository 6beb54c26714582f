"""Which scheduler may be spoken to, and what is told where one does not answer."""

import contextlib
import shutil
import socket
import ssl
import subprocess
import threading
import time

import pytest

from iopsched.errors import UsageError
from iopsched.networks.engines import addresses
from iopsched.networks.engines.addresses import ClientFiles, address_of, files_of, is_loopback, knock, tls_context
from tests.support.certificates import Authority

HERE = ("127.0.0.1", "127.8.0.1", "localhost", "LOCALHOST", "[::1]", "[::ffff:127.0.0.1]")
ELSEWHERE = (
    "10.0.0.5",
    "192.168.1.7",
    "scheduler.example.org",
    "127.0.0.1.example.org",
    "[2001:db8::1]",
    "localhost.example.org",
)
needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def files(authority):
    return authority.files("caller")


@pytest.mark.parametrize("host", HERE)
@pytest.mark.parametrize("form", ["{0}", "{0}:8786", "tcp://{0}", "tcp://{0}:8786", " tcp://{0}:8786/ "])
def test_this_machine_is_spoken_to_as_it_is(host, form):
    with contextlib.suppress(socket.gaierror):
        found = address_of(form.format(host), None)
        assert (found.port, found.is_tls) == (8786, False)
        assert found.host == host.strip("[]")


@pytest.mark.parametrize("host", ELSEWHERE)
@pytest.mark.parametrize("form", ["{0}", "{0}:8786", "tcp://{0}:8786"])
def test_any_other_address_is_refused_without_tls(host, form):
    with pytest.raises(UsageError, match=r"without TLS.*--cert, --key and --ca"):
        address_of(form.format(host), None)


@pytest.mark.parametrize("host", [*HERE, *ELSEWHERE])
def test_any_address_is_spoken_to_with_tls(host):
    some = ClientFiles("a", "b", "c")
    for form in ("{0}", "tls://{0}", "tls://{0}:8786"):
        assert address_of(form.format(host), some).is_tls
    with pytest.raises(UsageError, match="Write tls://"):
        address_of(f"tcp://{host}", some)


@pytest.mark.parametrize(
    "text", ["", "tcp://", ":8786", "ucx://127.0.0.1:1", "inproc://127.0.0.1", "127.0.0.1:0", "127.0.0.1:99999", "::1", "a b:1",
             "127.0.0.1:x", "tcp://127.0.0.1:8786/path", "http://127.0.0.1:8787", "user@127.0.0.1:8786"],
)  # fmt: skip
def test_what_is_no_address_is_refused(text):
    with pytest.raises(UsageError, match="--dask"):
        address_of(text, None)


def test_a_name_that_leads_to_this_machine_is_no_proof():
    """Whoever answers for names may answer otherwise a moment later."""
    assert not is_loopback(socket.gethostname()) or socket.gethostname() == "localhost"


def test_the_files_of_tls_come_together(tmp_path):
    assert files_of(None, None, None) is None
    with pytest.raises(UsageError, match="--key and --ca is missing"):
        files_of(tmp_path, None, None)


@needs_openssl
def test_files_that_do_not_fit_are_named(authority, files, tmp_path):
    other = authority.files("other")
    wrong = tmp_path / "wrong.pem"
    wrong.write_text("nothing", encoding="ascii")
    locked = authority.locked_key("caller")
    for given, told in (
        (ClientFiles(tmp_path / "none", files.key, files.authority), "--cert .* no file"),
        (ClientFiles(wrong, files.key, files.authority), "not in PEM form"),
        (ClientFiles(files.certificate, other.key, files.authority), "not the key of"),
        (ClientFiles(files.certificate, locked, files.authority), "passphrase"),
        (ClientFiles(files.certificate, files.key, wrong), "--ca .* no certificate"),
    ):
        with pytest.raises(UsageError, match=told):
            tls_context(given)


@contextlib.contextmanager
def listening(answer=b"", context=None, patience_s=10):
    """Listen on a free port, and say something to whoever comes."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        with contextlib.suppress(OSError):
            while True:
                line, _ = server.accept()
                with contextlib.suppress(OSError):
                    line.settimeout(patience_s)
                    if context is not None:
                        line = context.wrap_socket(line, server_side=True)
                    line.sendall(answer)
                    line.recv(1)
                line.close()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"127.0.0.1:{server.getsockname()[1]}"
    finally:
        server.close()


def told_by(address, files=None):
    begun = time.monotonic()
    with pytest.raises(UsageError) as told:
        knock(address_of(address, files), tls_context(files) if files else None)
    assert time.monotonic() - begun < 15
    return str(told.value)


def test_nobody_there():
    assert "nothing listens there" in told_by("127.0.0.1:9")
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        assert "nothing listens there" in told_by(f"127.0.0.1:{unused.getsockname()[1]}")


def test_somebody_who_says_nothing(monkeypatch):
    monkeypatch.setattr(addresses, "PATIENCE_S", 0.2)
    with listening() as address:
        assert "does not answer as a Dask scheduler" in told_by(address)


def server_context(given):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(given.authority))
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(given.certificate, given.key)
    return context


@needs_openssl
def test_tls_that_fits_and_tls_that_does_not(authority, files, tmp_path, monkeypatch):
    monkeypatch.setattr(addresses, "PATIENCE_S", 1.0)
    stranger = Authority(tmp_path).files("caller")
    stranger_with_our_authority = ClientFiles(stranger.certificate, stranger.key, files.authority)
    with listening(b"hello", server_context(authority.files("scheduler"))) as address:
        knock(address_of(address, files), tls_context(files))
        assert "not signed by the authority in --ca" in told_by(address, stranger)
        assert "does not accept --cert" in told_by(address, stranger_with_our_authority)
        assert "has expired" in told_by(address, authority.files("late", is_expired=True))
        assert "If it speaks TLS" in told_by(address)
    with listening(b"hello", server_context(authority.files("old", is_expired=True))) as address:
        assert "its certificate has expired" in told_by(address, files)
    with listening(b"hello there, who are you?") as address:
        assert "does not speak TLS" in told_by(address, files)


@needs_openssl
def test_the_openssl_lines_make_what_the_docs_say(authority):
    """The certificates of these tests are made by the lines of ``docs/network.md``."""
    found = subprocess.run(
        [shutil.which("openssl"), "verify", "-CAfile", authority.path("ca.pem"), authority.files("scheduler").certificate],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "OK" in found.stdout
