"""A push to servers that leave things out, rewrite, hang up, send elsewhere or are in trouble."""

import ssl
import subprocess

import pytest

from iopsched.errors import UsageError
from iopsched.push import Act, Client, Login, ServerError, address_of, collection_name
from tests.support.fake_server import FakeServer

LOGIN = Login("clinic", "Zyxcanary-secret")


@pytest.fixture
def fake():
    """Return a function that starts a server; all are ended."""
    started = []

    def start(**options):
        started.append(FakeServer(**options))
        return started[-1]

    yield start
    for server in started:
        server.stop()


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Nobody waits long."""
    monkeypatch.setattr("iopsched.push.client._PAUSES_S", (0.01,) * 5)
    monkeypatch.setattr("iopsched.push.client._MOST_WAIT_S", 0.05)


@pytest.fixture
def push(home, world):
    """Return a function that publishes a week and pushes it to a server."""

    def call(server, schedule=world.FIRST, **options):
        root = address_of(server.url)
        client = Client(root, LOGIN, options.pop("timeout_s", 5))
        return world.run(home, root, LOGIN, world.publish(home, schedule), client=client, only="T1", **options)[
            "therapist-T1"
        ]

    return call


def told(found):
    return sorted(result.act for result in found.values())


@pytest.mark.parametrize("etag_on", [("PROPFIND", "GET"), ("PROPFIND",), ("PROPFIND", "GET", "PUT")])
def test_a_server_that_names_no_version_after_a_put_is_asked(fake, push, world, etag_on):
    """Pitfall 12: by GET, or by PROPFIND where GET names none either."""
    server = fake(etag_on=etag_on)
    assert told(push(server)) == [Act.NEW] * 3
    asked = [method for method, path, _ in server.requests if path.endswith(".ics") and method != "PUT"]
    assert len(asked) == 3 * (2 - ("GET" in etag_on) if "PUT" not in etag_on else 0)
    assert told(push(server)) == [Act.SAME] * 3
    assert told(push(server, world.week(*world.mornings(days=(0, 2), hour=10)))) == [
        Act.CHANGED, Act.CHANGED, Act.REMOVED,
    ]  # fmt: skip
    assert len(server.objects) == 2


def test_a_server_without_any_version_is_looked_at_before_each_change(fake, push, world):
    """What it has is compared with what we wrote; what a person changed stays."""
    server = fake(etag_on=())
    assert told(push(server)) == [Act.NEW] * 3
    assert told(push(server)) == [Act.SAME] * 3
    path = min(server.objects)
    tag, data = server.objects[path]
    server.objects[path] = tag, data.replace(b"SUMMARY:Session", b"SUMMARY:Bring keys")
    assert told(push(server, world.week(*world.mornings(hour=10)))) == [Act.CHANGED, Act.CHANGED, Act.EDITED]
    assert b"Bring keys" in server.objects[path][1]
    assert told(push(server, world.week(*world.mornings(days=(0,))))).count(Act.REMOVED) >= 1


def test_a_server_that_rewrites_is_believed(fake, push, world):
    """It drops the description and puts in its own; the version that it names for that is ours."""
    server = fake(rewrite=lambda data: data.replace(b"DESCRIPTION:", b"COMMENT:"))
    assert told(push(server)) == [Act.NEW] * 3
    assert told(push(server)) == [Act.SAME] * 3
    assert told(push(server, world.week(*world.mornings(hour=10)))) == [Act.CHANGED] * 3


def test_what_was_moved_before_its_version_was_known_is_not_ours(fake, push):
    """A person changes it between our PUT and our GET."""
    server = fake(rewrite=lambda data: data.replace(b"T140000Z", b"T130000Z"))
    assert told(push(server)) == [Act.NEW] * 3
    assert told(push(server)) == [Act.MOVED] * 3


def test_an_answer_that_is_lost_is_asked_for_again(fake, push, world):
    """The server did it and hung up: what is there is looked at before anything is sent again."""
    server = fake()
    lost = {"PUT": 1, "DELETE": 1, "PROPFIND": 1}

    def bend(method, _path):
        lost[method] = lost.get(method, 0) - 1
        return "hang up" if lost[method] == 0 else None

    server.bend = bend
    assert told(push(server)) == [Act.NEW] * 3
    assert told(push(server, world.week(*world.mornings(days=(0, 2))))) == [Act.REMOVED, Act.SAME, Act.SAME]
    assert len(server.objects) == 2


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (
            (302, {"Location": "https://other.example/x/?token=Zyxcanary"}, b""),
            r"elsewhere \(302\), to https://other.example/x, which is not",
        ),
        ((301, {"Location": "https://u:Zyxcanary@other.example/"}, b""), r"elsewhere \(301\)"),
        ((401, {}, b"Zyxcanary"), "does not accept"),
        ((403, {}, b"Zyxcanary"), "may not do this"),
        ((503, {}, b"Zyxcanary"), "Try again later"),
        ((429, {}, b""), "Try again later"),
        ((200, {}, b"<html>Zyxcanary"), r"does not show .* \(200\)"),
        ((207, {}, b"<html>Zyxcanary"), "no CalDAV"),
        ("hang up", "hangs up"),
    ],
)
def test_trouble_is_a_sentence_without_secrets(fake, push, answer, sentence):
    server = fake()
    server.bend = lambda method, path: answer
    with pytest.raises(ServerError, match=sentence) as error:
        push(server)
    assert "Zyxcanary" not in str(error.value)
    assert not server.objects
    assert all(path.startswith("/cal/") for _, path, _ in server.requests), "no redirect is followed"


def test_trouble_in_the_middle_keeps_what_is_done(fake, push):
    server = fake()
    server.bend = lambda method, path: (507, {}, b"") if method == "PUT" and len(server.objects) == 2 else None
    with pytest.raises(ServerError, match="507"):
        push(server)
    server.bend = lambda method, path: None
    server.requests.clear()
    assert told(push(server)) == [Act.NEW, Act.SAME, Act.SAME]
    assert [method for method, *_ in server.requests] == ["PROPFIND", "PUT", "GET"]


def test_nobody_there_and_nobody_answering(fake, push):
    server = fake()
    silent = server.bend = lambda method, path: __import__("time").sleep(0.6)
    assert silent
    with pytest.raises(ServerError, match=r"within 0\.2 seconds"):
        push(server, timeout_s=0.2)
    url = server.url
    server.httpd.server_close()
    with (
        pytest.raises(ServerError, match="cannot be reached"),
        Client(address_of(url.replace("127.0.0.1", "127.0.0.9")), None, 1) as client,
    ):
        client.request("GET", "/")


def test_an_unknown_certificate_is_refused(tmp_path, fake):
    """A server with a certificate of its own making."""
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    try:
        subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("openssl is absent")
    server = fake()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.httpd.socket = context.wrap_socket(server.httpd.socket, server_side=True)
    root = address_of(server.url.replace("http:", "https:"))
    with pytest.raises(ServerError, match="does not trust"), Client(root, LOGIN, 5) as client:
        client.request("GET", "/")
    assert not server.requests


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("https://joe:Zyxcanary@calendar.example.org/", "user or a password"),
        ("https://Zyxcanary@calendar.example.org/", "user or a password"),
        ("https://:Zyxcanary@calendar.example.org:99999/", "user or a password|no web address"),
        ("http://calendar.example.org/Zyxcanary/", "Use https"),
        ("http://127.0.0.1.example.org/", "Use https"),
        ("https://calendar.example.org/?token=Zyxcanary", "after"),
        ("https://calendar.example.org/#Zyxcanary", "after"),
        ("ftp://Zyxcanary/", "no web address"),
        ("calendar.example.org/Zyxcanary", "no web address"),
        ("https://calendar.example.org/Zyx canary/", "no web address"),
        ("https://[::1/Zyxcanary", "no web address"),
        ("", "no web address"),
    ],
)
def test_addresses_that_are_refused_are_not_repeated(url, sentence):
    with pytest.raises(UsageError, match=sentence) as error:
        address_of(url)
    assert "canary" not in str(error.value)


@pytest.mark.parametrize(
    ("url", "child"),
    [
        ("https://calendar.example.org", "https://calendar.example.org/room-R1/"),
        ("HTTPS://Calendar.Example.org:443/a", "https://calendar.example.org/a/room-R1/"),
        ("http://localhost:5232/u/", "http://localhost:5232/u/room-R1/"),
        ("http://[::1]:5232/u", "http://[::1]:5232/u/room-R1/"),
    ],
)
def test_addresses(url, child):
    assert address_of(url).child("room-R1").url == child


def test_names_of_calendars_are_plain_and_told_apart():
    names = [collection_name("room", text) for text in ("R1", "R 1", "R.1", "Ä", "R-1")]
    assert names[0] == "room-R1"
    assert len(set(names)) == len(names)
    assert all(name.isascii() and " " not in name for name in names)
