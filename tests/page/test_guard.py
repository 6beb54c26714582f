"""What every request must pass: who asks, from where, with what, how much, how fast."""

import json

import pytest

API = "/api/open"
SCREEN = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


@pytest.fixture
def token(running):
    return running.log_in()


def refused(answer, status, code):
    """Say whether a request got this refusal and nothing of the clinic."""
    found, headers, data = answer
    assert headers["cache-control"] == "no-store"
    assert "default-src 'none'" in headers["content-security-policy"]
    return (found, json.loads(data)["error"]) == (status, code) and b"Harbor" not in data


@pytest.mark.parametrize(
    "host",
    [
        "localhost:{port}",
        "127.0.0.1",
        "127.0.0.1:1",
        "127.0.0.1.evil.com:{port}",
        "[::1]:{port}",
        "evil.com",
        "",
        "127.0.0.1:{port}.",
    ],
)
def test_another_host_is_refused(running, token, host):
    name = host.format(port=running.page.port)
    for path in ("/", "/static/main.js", API):
        assert refused(running.ask("GET", path, headers={"Host": name}, token=token), 421, "host")


def test_without_a_host_there_is_nothing(running, token):
    assert running.ask("GET", API, headers={"Host": None}, token=token)[0] in (400, 421)


@pytest.mark.parametrize(
    "origin",
    ["http://evil.com", "null", "http://localhost:{port}", "https://127.0.0.1:{port}", "http://127.0.0.1:1", ""],
)
def test_another_origin_is_refused(running, token, origin):
    headers = {"Origin": origin.format(port=running.page.port)}
    assert refused(running.ask("POST", "/api/open/list", {}, headers, token=token), 403, "origin")
    assert refused(running.ask("GET", API, headers=headers, token=token), 403, "origin")


def test_a_write_without_an_origin_is_refused(running, token):
    assert refused(running.ask("POST", "/api/open/list", {}, {"Origin": None}, token=token), 403, "origin")


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_what_another_site_asks_is_refused(running, token, site):
    headers = {"Sec-Fetch-Site": site}
    assert refused(running.ask("GET", API, headers=headers, token=token), 403, "origin")
    assert refused(running.ask("POST", "/api/open/list", {}, headers, token=token), 403, "origin")
    if site != "none":
        assert refused(running.ask("GET", "/static/main.js", headers=headers), 403, "origin")


def test_only_the_page_itself_may_be_opened_from_elsewhere_and_in_no_frame(running):
    assert running.ask("GET", "/", headers={"Sec-Fetch-Site": "cross-site", **SCREEN})[0] == 200
    framed = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}
    assert refused(running.ask("GET", "/", headers=framed), 403, "origin")
    assert refused(running.ask("GET", "/", headers={**framed, "Sec-Fetch-Site": "same-origin"}), 403, "origin")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", None])
def test_what_is_no_json_is_refused(running, token, kind):
    assert refused(running.ask("POST", "/api/open/list", {}, {"Content-Type": kind}, token=token), 415, "type")


@pytest.mark.parametrize("header", [None, "Bearer", "Bearer x", "Basic x", "Bearer " + "é" * 9, "bearer " + "A" * 3000])
def test_without_the_session_token_there_is_nothing(running, header):
    headers = {"Authorization": header and header.encode("utf-8").decode("latin-1")}
    for method, path in (
        ("GET", API),
        ("POST", "/api/open/list"),
        ("GET", "/api/events"),
        ("GET", "/api/nothing"),
        ("POST", "/api/close"),
    ):
        body = {} if method == "POST" else None
        assert refused(running.ask(method, path, body, headers), 401, "session")
    assert running.thread.is_alive()


def test_the_shell_holds_no_data(running):
    for path in ("/", "/static/main.js", "/static/words.en.json"):
        status, _, data = running.ask("GET", path)
        assert status == 200
        assert b"Harbor" not in data
