import base64
import http.client
import shutil
import socket
import subprocess
import sys
import time
from urllib.parse import quote

import pytest

from iopsched.push import Login, address_of
from tests.support import push_world

PASSWORD = "Zyxcanary-secret"  # noqa: S105 - of a server that lives for a minute
USER = "clinic"


@pytest.fixture(scope="session")
def world():
    """Weeks, and a plain maker of calendar objects."""
    return push_world


class Radicale:
    """A real CalDAV server on a free port of this computer, and a person who works on it by hand."""

    def __init__(self, folder):
        self.folder = folder
        self.log = folder / "log"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        (folder / "users").write_text(f"{USER}:{PASSWORD}\n")
        (folder / "config").write_text(
            f"[server]\nhosts = 127.0.0.1:{self.port}\n"
            f"[auth]\ntype = htpasswd\nhtpasswd_filename = {folder / 'users'}\nhtpasswd_encryption = plain\ndelay = 0\n"
            f"[rights]\ntype = owner_only\n[storage]\nfilesystem_folder = {folder / 'data'}\n"
            "[logging]\nlevel = info\n"
        )
        with self.log.open("w") as log:
            command = [sys.executable, "-m", "radicale", "--config", str(folder / "config")]
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port), 0.1).close()
                break
            except OSError:
                assert self.process.poll() is None, self.log.read_text()
                time.sleep(0.05)
        self.root = address_of(f"http://127.0.0.1:{self.port}/{USER}/")
        self.login = Login(USER, PASSWORD)

    def stop(self):
        self.process.terminate()
        self.process.wait(10)

    def empty(self):
        """Throw every calendar away."""
        shutil.rmtree(self.folder / "data" / "collection-root", ignore_errors=True)

    def request(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        token = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        connection.request(method, quote(path), body, {"Authorization": f"Basic {token}", **headers})
        answer = connection.getresponse()
        found = answer.status, answer.read().decode()
        connection.close()
        return found

    def objects(self, name):
        """Return the files of a calendar by uid, read from the disk of the server."""
        folder = self.folder / "data" / "collection-root" / USER / name
        return {path.name.removesuffix(".ics"): path.read_text() for path in sorted(folder.glob("*.ics"))}

    def calendars(self):
        folder = self.folder / "data" / "collection-root" / USER
        return sorted(path.name for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))

    def requests(self):
        """Return how many requests the server has written down so far, by method."""
        lines = [line for line in self.log.read_text().splitlines() if " request for " in line]
        return [line.partition(" request for ")[0].rpartition(" ")[2] for line in lines]

    def edit(self, name, uid, old, new):
        """Change an object as a person does: whatever version is there."""
        text = self.objects(name)[uid]
        assert old in text, text
        status, _ = self.request(
            "PUT", f"/{USER}/{name}/{uid}.ics", text.replace(old, new), **{"Content-Type": "text/calendar"}
        )
        assert status in (201, 204)

    def remove(self, name, uid=None):
        status, _ = self.request("DELETE", f"/{USER}/{name}/" + (f"{uid}.ics" if uid else ""))
        assert status == 200


@pytest.fixture(scope="session")
def running(tmp_path_factory):
    """Start the server once, and end it by its process id."""
    pytest.importorskip("radicale")
    server = Radicale(tmp_path_factory.mktemp("radicale"))
    yield server
    server.stop()


@pytest.fixture
def server(running):
    """The server without calendars."""
    running.empty()
    return running


@pytest.fixture
def home(tmp_path):
    """A clinic's folder."""
    folder = tmp_path / "clinic"
    folder.mkdir()
    return folder
