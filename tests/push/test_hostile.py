"""Whatever a server answers, a push ends in time and with a sentence; afterwards nothing is lost, doubled or overwritten."""

import time

import pytest

from iopsched.push import Client, Login, ServerError, address_of
from tests.support import hostile_server as hostile

LOGIN = Login("clinic", "Zyxcanary-secret")
FEW = [name for place, name in enumerate(hostile.ROWS) if place % 26 == 0]


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr("iopsched.push.client._PAUSES_S", (0.01,) * 5)
    monkeypatch.setattr("iopsched.push.client._MOST_WAIT_S", 0.05)
    pause = Client.pause
    monkeypatch.setattr(Client, "pause", lambda self, pause_s: pause(self, min(pause_s, 0.01)))


def outlive(name, home, world):
    """Push a change to a server that bends answers; then, as it is honest, look at what it has."""
    method, act = hostile.ROWS[name]
    server = hostile.HostileServer()
    root = address_of(server.url)

    def push(publication):
        return world.run(home, root, LOGIN, publication, client=Client(root, LOGIN, timeout_s=0.3), only="T1")

    try:
        if method != "MKCALENDAR":
            first = world.publish(home, world.FIRST)
            push(first)
            edited = f"/cal/therapist-T1/{world.uids(first)['G1-0']}.ics"
            server.objects[edited] = '"theirs"', server.objects[edited][1].replace(b"SUMMARY:Session", b"SUMMARY:Keys")
        publication = world.publish(home, world.week(*world.mornings(days=(0, 2), hour=10), world.alone(lead="T1")), 1)
        server.method, server.act = method, act
        begin = time.monotonic()
        try:
            push(publication)
            said = ""
        except ServerError as error:
            said = str(error)
            assert said.endswith(".")
            assert len(said) < 70_000
        assert time.monotonic() - begin < 6
        assert "Zyxcanary" not in said
        server.reform()
        push(publication)
        every = b"".join(data for _, data in server.objects.values())
        assert every.count(b"BEGIN:VEVENT") == len(server.objects)
        uids = {line for line in every.splitlines() if line.startswith(b"UID:")}
        wanted = {world.uid(publication, row.key) for row in publication.sessions if not row.is_cancelled}
        if method != "MKCALENDAR":
            assert b"SUMMARY:Keys" in server.objects[edited][1]
        assert {uid.decode().removeprefix("UID:").replace("-r2@", "@") for uid in uids} == wanted
        assert len(uids) == len(wanted) == len(server.objects)
    finally:
        server.stop()


@pytest.mark.parametrize("name", FEW)
def test_a_server_that_answers_oddly(name, home, world):
    outlive(name, home, world)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in hostile.ROWS if name not in FEW])
def test_every_server_that_answers_oddly(name, home, world):
    outlive(name, home, world)
