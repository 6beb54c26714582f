"""Weak and missing versions, refusals, redirects, odd entries: one case for each way in which servers differ."""

import pytest

from iopsched.push import Act, Client, Login, ServerError, address_of
from iopsched.push.multistatus import MalformedListError, rows_of
from iopsched.push.redirects import advice
from iopsched.push.sameness import event_of, has_same_time, says_the_same
from iopsched.push.versions import conditions, is_same, version_of
from tests.support.fake_server import FakeServer

LOGIN = Login("clinic", "Zyxcanary-secret")


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr("iopsched.push.client._PAUSES_S", (0.01,) * 5)
    pause = Client.pause
    monkeypatch.setattr(Client, "pause", lambda self, pause_s: pause(self, min(pause_s, 0.01)))


@pytest.fixture
def serve(home, world):
    """Return a function that starts a server, and one that publishes and pushes a week there."""
    started = []

    def start(kind=FakeServer, **options):
        server = kind(**options)
        started.append(server)
        root = address_of(server.url)

        def push(schedule=world.FIRST, **more):
            publication = world.publish(home, schedule)
            return world.run(home, root, LOGIN, publication, client=Client(root, LOGIN, 2), only="T1", **more)[
                "therapist-T1"
            ]

        return server, push

    yield start
    for server in started:
        server.stop()


class Renaming(FakeServer):
    """Tells its versions by other names than its own, as a proxy does, and perhaps never knows them again."""

    def __init__(self, rename, *, knows=True, etag_on=("PROPFIND", "GET", "PUT")):
        self.rename, self.knows = rename, knows
        super().__init__(etag_on=etag_on)

    def answer(self, method, path, headers, body):
        if not self.knows and "If-Match" in headers:
            return 412, {}, b""
        status, told, data = super().answer(method, path, headers, body)
        if "ETag" in told:
            told["ETag"] = self.rename(told["ETag"])
        return status, told, data

    def multistatus(self, found):
        return super().multistatus({path: tag and self.rename(tag) for path, tag in found.items()})


def told(found):
    return sorted(result.act for result in found.values())


def some_days(world):
    return world.week(*world.mornings(days=(0, 2), hour=10))


count = iter(range(10**9))
NAMES = {
    "weak": lambda tag: f"W/{tag}",
    "weak in small letters": lambda tag: f"w/{tag}",
    "gzip hung on": lambda tag: f'{tag[:-1]}-gzip"',
    "gzip hung on, Jetty": lambda tag: f'{tag[:-1]}--gzip"',
    "gzip hung on, IBM": lambda tag: f'{tag[:-1]};gzip"',
    "br hung on": lambda tag: f'{tag[:-1]}-br"',
    "weak and hung on": lambda tag: f'W/{tag[:-1]}-gzip"',
    "weak now and then": lambda tag: tag if next(count) % 2 else f"W/{tag}",
}


@pytest.mark.parametrize("name", NAMES)
def test_versions_that_a_proxy_has_renamed(serve, world, name):
    """An update goes through in one request, with the server's own name of the version."""
    server, push = serve(Renaming, rename=NAMES[name])
    assert told(push()) == [Act.NEW] * 3
    assert told(push()) == [Act.SAME] * 3
    server.requests.clear()
    assert told(push(some_days(world))) == [Act.CHANGED, Act.CHANGED, Act.REMOVED]
    assert [method for method, *_ in server.requests].count("PUT") == 2
    assert len(server.objects) == 2


@pytest.mark.parametrize(
    ("rename", "etag_on"),
    [
        (lambda tag: f"W/{tag}", ("PROPFIND", "GET", "PUT")),
        (lambda _: f'"{next(count)}"', ("PROPFIND", "GET", "PUT")),
        (lambda _: f'W/"{next(count)}"', ("PROPFIND", "GET")),
        (lambda _: '"always"', ("GET",)),
        (lambda _: "*", ("PROPFIND", "GET", "PUT")),
        (lambda tag: tag, ()),
    ],
)
def test_versions_that_no_condition_matches(serve, world, rename, etag_on):
    """What a person changed still stays; what is as we wrote it is changed, right after a look."""
    server, push = serve(Renaming, rename=rename, knows=False, etag_on=etag_on)
    assert told(push()) == [Act.NEW] * 3
    assert told(push()) == [Act.SAME] * 3
    path = next(path for path, (_, data) in server.objects.items() if b"20261130T140000Z" in data)
    kept = server.objects[path][1].replace(b"SUMMARY:Session", b"SUMMARY:Bring keys")
    server.objects[path] = '"theirs"', kept
    assert told(push(some_days(world))) == [Act.CHANGED, Act.EDITED, Act.REMOVED]
    assert server.objects[path][1] == kept
    assert told(push(some_days(world), is_forced=True)) == [Act.CHANGED, Act.SAME]


def test_a_server_that_touches_what_it_stores(serve, world):
    """New stamps, properties and version with each look: nobody's edit."""

    def touched(data):
        return data.replace(b"SEQUENCE:0", b"SEQUENCE:7\r\nCREATED:20200101T000000Z\r\nX-SERVER:1\r\nTRANSP:OPAQUE")

    server, push = serve(Renaming, rename=lambda _: f'"{next(count)}"')
    assert told(push()) == [Act.NEW] * 3
    server.objects = {path: (tag, touched(data)) for path, (tag, data) in server.objects.items()}
    assert told(push(some_days(world))) == [Act.CHANGED, Act.CHANGED, Act.REMOVED]


@pytest.mark.parametrize(
    "status", [400, 402, 403, 404, 405, 406, 409, 410, 413, 414, 415, 422, 423, 431, 451, 500, 501, 599]
)
def test_one_refused_entry_is_told_and_the_rest_goes_on(serve, world, status):
    server, push = serve()
    refused = set()

    def bend(method, path):
        if method == "PUT" and len(server.objects) == 1 and not refused:
            refused.add(path.rpartition("/")[2][:36])
        return (status, {}, b"") if method == "PUT" and path.rpartition("/")[2][:36] in refused else None

    server.bend = bend
    found = push()
    assert told(found) == [Act.NEW, Act.NEW, Act.REFUSED]
    assert {result.status for result in found.values()} == {0, status}
    server.bend = lambda method, path: None
    assert told(push()) == [Act.NEW, Act.SAME, Act.SAME]
    assert len(server.objects) == 3


@pytest.mark.parametrize("status", [400, 403, 405, 409, 410, 422])
def test_a_name_that_lies_in_the_bin_is_replaced(serve, world, status):
    """An entry comes back whose deletion the server keeps; nothing is there twice, also when the memory is lost."""
    server, push = serve()
    deleted = set()

    def bend(method, path):
        if method == "DELETE":
            deleted.add(path)
        return (status, {}, b"") if method == "PUT" and path in deleted else None

    server.bend = bend
    push()
    assert Act.REMOVED in told(push(some_days(world)))
    assert told(push(world.week(*world.mornings(hour=10)))) == [Act.NEW, Act.SAME, Act.SAME]
    assert told(push(world.week(*world.mornings(hour=10)))) == [Act.SAME] * 3
    assert told(push(world.week(*world.mornings(hour=11)))) == [Act.CHANGED] * 3
    other = next(path for path in server.objects if "-r" in path)
    assert f"UID:{other.rpartition('/')[2].removesuffix('.ics')}".encode() in server.objects[other][1]
    assert len(server.objects) == 3


def test_a_lost_memory_knows_the_other_name(serve, world, home):
    server, push = serve()
    barred = set()
    server.bend = lambda method, path: (400, {}, b"") if method == "PUT" and path in barred else None
    push()
    barred.update(server.objects)
    server.objects.clear()
    assert told(push(is_forced=True)) == [Act.NEW] * 3
    from iopsched import store

    with store.push_state(home) as memory:
        target = f"{server.url}therapist-T1/"
        for uid in list(memory.objects(target)):
            memory.forget(target, uid)
    assert told(push()) == [Act.ADOPTED] * 3
    assert len(server.objects) == 3


def test_who_may_not_write_in_a_calendar_is_told_soon(serve):
    server, push = serve()
    server.bend = lambda method, path: (403, {}, b"") if method == "PUT" else None
    assert told(push()) == [Act.REFUSED] * 3
    assert [method for method, *_ in server.requests].count("PUT") == 2


@pytest.mark.parametrize("status", [500, 502, 504, 408, 423, 425])
def test_trouble_with_every_entry_ends_the_push(serve, world, status):
    server, push = serve()
    server.bend = lambda method, path: (status, {}, b"") if method == "PUT" else None
    with pytest.raises(ServerError, match=rf"trouble \({status}\)"):
        push()
    server.bend = lambda method, path: None
    assert told(push()) == [Act.NEW] * 3


@pytest.mark.parametrize("status", [500, 502, 504])
def test_what_is_stored_in_spite_of_trouble_is_not_sent_twice(serve, status):
    server, push = serve()

    def bend(method, path):
        if method != "PUT":
            return None
        server.answer(method, path, {"If-None-Match": "*"}, bodies.pop())
        return status, {}, b""

    push()
    server.objects, before = {}, dict(server.objects)
    bodies = [before[path][1] for path in sorted(before, reverse=True)]
    server.bend = bend
    server.requests.clear()
    assert told(push(is_forced=True)) == [Act.NEW] * 3
    assert [method for method, *_ in server.requests].count("PUT") == 3


def test_a_busy_server_is_waited_for(serve):
    server, push = serve()
    left = [4]

    def bend(method, path):
        left[0] -= 1
        return (429 if left[0] % 2 else 503, {"Retry-After": "0"}, b"") if left[0] >= 0 else None

    server.bend = bend
    assert told(push()) == [Act.NEW] * 3


@pytest.mark.parametrize(
    ("wait", "sentence"),
    [
        ("3600", "wait 60 minutes"), ("9" * 4000, "more than a day"), ("86400", "24 hours"), ("30", r"busy \(503\)\. "),
        ("Fri, 31 Dec 9999 23:59:59 GMT", "more than a day"),
    ],
)  # fmt: skip
def test_who_asks_for_too_long_a_wait_is_told(serve, wait, sentence):
    server, push = serve()
    server.bend = lambda method, path: (503, {"Retry-After": wait}, b"")
    with pytest.raises(ServerError, match=sentence):
        push()
    assert len(server.requests) == 1


ROOT = address_of("https://calendar.example.org/dav/clinic/")


@pytest.mark.parametrize(
    ("path", "place", "sentence"),
    [
        ("therapist-T1/", "/r/dav/clinic/therapist-T1/", "Use --caldav https://calendar.example.org/r/dav/clinic/"),
        ("therapist-T1/", "/r/dav/clinic/therapist-T1", "Use --caldav https://calendar.example.org/r/dav/clinic/"),
        ("room-R1/a@x.ics", "/new/room-R1/a@x.ics?token=Zyxcanary", "Use --caldav https://calendar.example.org/new/"),
        ("room-R1/", "https://other.example/c/room-R1/", "If you trust it, use --caldav https://other.example/c/"),
        ("room-R1/", "//other.example/c/room-R1/", "If you trust it, use --caldav https://other.example/c/"),
        ("room-R1/", "http://calendar.example.org/dav/clinic/room-R1/", "not encrypted"),
        ("room-R1/", "http://127.0.0.1/dav/clinic/room-R1/", "not encrypted"),
        ("room-R1/", "/dav/clinic/room-R1/", "circle"),
        ("room-R1/", "/dav/clinic/room-R1", "circle"),
        ("room-R1/", "", "does not say where"),
        ("room-R1/", "https://u:Zyxcanary@other.example/room-R1/", "holds a user"),
        ("room-R1/", "/login?next=Zyxcanary", "page to sign in"),
        ("room-R1/", "javascript:alert(1)", "cannot be used"),
        ("room-R1/", "https://[::1", "cannot be used"),
    ],
)
def test_a_redirect_names_the_folder_to_use(path, place, sentence):
    found = advice(ROOT, f"{ROOT.path}{path}", 301, place)
    assert sentence in found
    assert "Zyxcanary" not in found
    assert "therapist-T1" not in found.partition("--caldav")[2]


def test_a_list_behind_a_proxy_that_changes_paths(serve):
    server, push = serve()
    answer = server.multistatus
    push()
    server.multistatus = lambda found: answer(found).replace(b"/cal/", b"/inside/dav/")
    server.requests.clear()
    assert told(push()) == [Act.SAME] * 3
    assert [method for method, *_ in server.requests] == ["PROPFIND"]


def test_a_list_that_is_not_whole_deletes_nothing(serve, world):
    server, push = serve()
    push()
    answer = server.multistatus
    server.multistatus = lambda found: answer(dict(list(found.items())[:1]))
    assert told(push()) == [Act.SAME] * 3
    assert told(push(some_days(world))) == [Act.CHANGED, Act.CHANGED, Act.REMOVED]
    assert len(server.objects) == 2


BODY = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTART;TZID=America/Chicago:20261130T090000\r\n"
    "DTEND;TZID=America/Chicago:20261130T120000\r\nSUMMARY:Group\\, one\r\nCATEGORIES:A,B\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


@pytest.mark.parametrize(
    ("old", "new", "is_same"),
    [
        ("TZID=America/Chicago", 'TZID="America/Chicago"', True),
        ("TZID=America/Chicago", "TZID=/mozilla.org/20050126_1/America/Chicago", True),
        ("TZID=America/Chicago", "TZID=Central Standard Time", True),
        (";TZID=America/Chicago:20261130T090000", ":20261130T150000Z", True),
        ("DTEND;TZID=America/Chicago:20261130T120000", "DURATION:PT3H", True),
        ("DTEND;TZID=America/Chicago:20261130T120000", "DURATION:PT2H", False),
        ("SUMMARY:Group", "SUM\r\n MARY:Gr\r\n\toup", True),
        ("SUMMARY:", "SUMMARY;LANGUAGE=en:", True),
        ("CATEGORIES:A,B", "CATEGORIES:B,A\r\nTRANSP:OPAQUE\r\nX-A:1\r\nDTSTAMP:20200101T000000Z", True),
        ("UID:a", "uid:b", True),
        ("\r\n", "\n", True),
        ("TZID=America/Chicago", "TZID=America/New_York", False),
        ("TZID=America/Chicago", "TZID=Custom 1", False),
        ("TZID=America/Chicago", "TZID=../../etc/passwd", False),
        (";TZID=America/Chicago", "", False),
        ("Group", "Gruppe", False),
        ("END:VEVENT", "RRULE:FREQ=DAILY\r\nEND:VEVENT", False),
        ("END:VEVENT", "END:VEVENT\r\nBEGIN:VEVENT\r\nRECURRENCE-ID:20261130\r\nEND:VEVENT", False),
        ("END:VEVENT", "END:VEVENT\r\nBEGIN:VTODO\r\nUID:x\r\nEND:VTODO", False),
        ("END:VEVENT", "TRANSP:TRANSPARENT\r\nEND:VEVENT", False),
        ("BEGIN:VEVENT", "BEGIN:VTODO", False),
        ("END:VCALENDAR", "", False),
        ("SUMMARY", "SUMMARY\r\nno line", False),
    ],
)  # fmt: skip
def test_what_is_another_entry_and_what_is_not(old, new, is_same):
    changed = BODY.replace(old, new)
    assert changed != BODY
    assert says_the_same(event_of(BODY.encode()), event_of(changed.encode())) is is_same


def test_a_zone_tells_the_instant():
    winter = event_of(BODY.encode())
    assert winter.start.hour == 15
    assert not has_same_time(winter, event_of(BODY.replace("1130T", "1201T").encode()))


def test_versions():
    assert is_same('W/"a"', '"a-gzip"')
    assert not is_same("", "")
    assert not is_same('"a"', '"b"')
    assert not is_same('"gzip-a"', '"a"')
    assert conditions("") == []
    assert version_of("*") == version_of('""') == version_of("W/") == ""
    assert conditions('W/"a"') == [{"If-Match": '"a"'}, {"If-Match": 'W/"a"'}]
    assert version_of(' "a"\r\n') == '"a"'
    assert version_of('"a\nb"') == version_of("\u4e2d") == version_of('"' + "x" * 2000 + '"') == ""


def test_a_list_names_only_what_is_there():
    rows = (
        '<D:response><D:href>/a</D:href><D:href>/b</D:href><D:propstat><D:prop><D:getetag>"1"</D:getetag></D:prop></D:propstat>'
        "</D:response><D:response><D:href>/c</D:href><D:status>HTTP/1.1 404 Not Found</D:status></D:response>"
    )
    text = f'<?xml version="1.0" encoding="UTF-8"?><D:multistatus xmlns:D="DAV:">{rows}</D:multistatus>'
    assert rows_of(text.encode()) == [("/a", '"1"'), ("/b", '"1"')]
    assert rows_of(text.replace("UTF-8", "UTF-16").encode("utf-16")) == [("/a", '"1"'), ("/b", '"1"')]
    for bad in (text.replace("UTF-8", "rot13"), f"<!DOCTYPE a>{text}", text[:-1], "<a/>"):
        with pytest.raises(MalformedListError):
            rows_of(bad.encode())
