import json

from iopsched.page import serving


def test_where_the_page_is_goes_to_stdout(run, monkeypatch, tmp_path):
    asked = []

    def stand_in(clinic, port, on_start, on_bug, *, opens_browser):
        asked.append((clinic, port, opens_browser))
        on_start(serving.Started("http://127.0.0.1:9/", "http://127.0.0.1:9/#launch=x", was_running=False))

    monkeypatch.setattr(serving, "serve", stand_in)
    done = run("serve", tmp_path, "--no-browser", "--port", "9")
    assert done.exit_code == 0
    assert (
        done.stdout
        == "The page is at http://127.0.0.1:9/\nOpen this address within a minute: http://127.0.0.1:9/#launch=x\n"
    )
    told = json.loads(run("serve", "--json").stdout)
    assert told["schema"] == "iopsched.serve/1"
    assert told["was_running"] is False
    assert asked == [(tmp_path, 9, False), (None, 0, False)]


def test_what_is_no_clinic_is_usage(run, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "own"))
    done = run("serve", tmp_path / "nowhere")
    assert done.exit_code == 2
    assert "There is no clinic" in done.stderr
