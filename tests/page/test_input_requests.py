"""The requests of the input screen: what the tables hold, how they change, and that nobody's change is written over."""

import hashlib

import pytest

from iopsched.files import rewriting
from iopsched.page.filewatch import FileWatch


def page(client, table, more=""):
    return client.get(f"/api/input/table/{table}?count=200{more}")


def at(found, name):
    """Return the place of a column."""
    return next(column["at"] for column in found["columns"] if column["name"] == name)


def cell(found, row, name):
    return next(line["cells"][at(found, name)] for line in found["rows"] if line["row"] == row)


def change(client, table, **what):
    """Ask for a change of a table as it stands, and return status and answer."""
    body = {"table": table, "revision": page(client, table)["revision"], **what}
    return client.answer("POST", "/api/input/change", body)


def shas(clinic):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in clinic.iterdir() if path.is_file()}


def test_the_tables_are_told_with_their_rows_and_faults(client):
    found = client.get("/api/input")
    rows = {table["id"]: table["rows"] for table in found["tables"] if table["exists"]}
    assert (rows["participants.csv"], rows["rooms.csv"]) == (60, 8)
    assert found["faults"]["error"] == 0
    assert found["undo"] is None
    people = page(client, "participants.csv")
    assert people["total"] == len(people["rows"]) == 60
    assert cell(people, 2, "participant_id") == "P01" or people["rows"][0]["row"] == 2
    column = people["columns"][at(people, "modality")]
    assert column["offered"] == ["in_person", "telehealth", "either"]
    assert people["columns"][at(people, "therapist_id")]["offered"][0].startswith("T")


def test_a_cell_changes_and_every_other_byte_stays_and_it_can_be_taken_back(client, clinic):
    before = {path.name: path.read_bytes() for path in clinic.iterdir() if path.is_file()}
    people = page(client, "participants.csv")
    row, place = people["rows"][3]["row"], at(people, "availability")
    status, found = change(client, "participants.csv", cells=[[row, place, "Mon-Fri 9:00-5:00"]])
    assert status == 200, found
    fault = next(fault for fault in found["rows"]["faults"] if fault["row"] == row and fault["at"] == place)
    assert fault["level"] == "error"
    assert "Mon-Fri 09:00-17:00" in fault["writes"]
    assert client.get("/api/clinic")["steps"][0] == {"id": "input", "badge": 1, "sign": "!"}
    assert {name for name, data in before.items() if (clinic / name).read_bytes() != data} == {"participants.csv"}
    status, found = change(client, "participants.csv", cells=[[row, place, fault["writes"][0]]])
    assert found["input"]["faults"]["error"] == 0
    for step in ("undo", "undo", "redo", "undo"):
        found = client.post(f"/api/input/{step}", {"revision": found.get("input", found)["revision"]})["input"]
    assert (clinic / "participants.csv").read_bytes() == before["participants.csv"]
    assert found["undo"] is None
    status, _ = client.answer("POST", "/api/input/undo", {"revision": found["revision"]})
    assert status == 400


def test_a_pasted_block_is_one_change_and_a_new_table_gets_its_header(client, clinic):
    rooms = page(client, "rooms.csv")
    added = [[[at(rooms, "room_id"), f"R9{n}"], [at(rooms, "capacity"), "8"]] for n in range(10)]
    status, found = change(client, "rooms.csv", added=added)
    assert (status, found["rows"]["total"]) == (200, 18)
    last = found["rows"]["rows"][-1]["row"]
    status, found = change(client, "rooms.csv", removed=[last, last - 1])
    assert found["rows"]["total"] == 16
    (clinic / "covers.csv").unlink()
    status, found = change(client, "covers.csv", columns=[])
    names = [column["name"] for column in found["rows"]["columns"]]
    assert (status, names[:2]) == (200, ["therapist_id", "covered_by"])
    status, found = change(client, "covers.csv", added=[[[0, "T01"], [1, "T02"]]], columns=["until"])
    assert (names[-1], found["rows"]["rows"][0]["cells"][:2]) == ("until", ["T01", "T02"])
    for _ in range(2):
        found = client.post("/api/input/undo", {"revision": found.get("input", found)["revision"]})
        found = found["input"]
    assert not (clinic / "covers.csv").exists()


def test_what_somebody_else_changed_is_never_written_over(client, clinic):
    people = page(client, "participants.csv")
    (clinic / "participants.csv").write_bytes((clinic / "participants.csv").read_bytes() + b"\n")
    before = shas(clinic)
    body = {"table": "participants.csv", "revision": people["revision"], "cells": [[2, 0, "P99"]]}
    status, found = client.answer("POST", "/api/input/change", body)
    assert (status, found["error"]) == (409, "stale")
    assert shas(clinic) == before


def test_a_file_that_a_spreadsheet_holds_is_told_and_the_change_can_be_made_later(client, clinic):
    (clinic / ".~lock.rooms.csv#").touch()
    before = shas(clinic)
    status, found = change(client, "rooms.csv", cells=[[2, 1, "99"]])
    assert (status, found["error"], found["file"]) == (409, "held", "rooms.csv")
    assert shas(clinic) == before
    assert client.get("/api/input")["undo"] is None
    (clinic / ".~lock.rooms.csv#").unlink()
    assert change(client, "rooms.csv", cells=[[2, 1, "99"]])[0] == 200


@pytest.mark.parametrize(
    "what",
    [
        {"cells": [[9999, 0, "x"]]},
        {"cells": [[2, 99, "x"]]},
        {"cells": [[2, 0, 5]]},
        {"cells": [[2, -1, "x"]]},
        {"cells": [[True, 0, "x"]]},
        {"cells": "x"},
        {"cells": [[2, 0]]},
        {"cells": [[2, 0, "x" * 20_000]]},
        {"removed": [1]},
        {"removed": [77]},
        {"removed": [2], "cells": [[2, 0, "x"]]},
        {"added": [[[99, "x"]]]},
        {"added": [5]},
        {"columns": ["secret"]},
        {"columns": "x"},
        {"columns": [5]},
        {"table": "../participants.csv"},
        {"table": 5},
        {"revision": 5},
        {"revision": "other", "cells": [[2, 0, "x"]]},
    ],
)
def test_what_makes_no_sense_changes_nothing(client, clinic, what):
    before = shas(clinic)
    status, found = client.answer(
        "POST",
        "/api/input/change",
        {"table": "rooms.csv", "revision": page(client, "rooms.csv")["revision"], **what},
    )
    assert status in (400, 404, 409), found
    assert set(found) >= {"error", "message"}
    assert shas(clinic) == before


def test_names_are_shown_only_where_somebody_asks_and_no_blank_wipes_a_hidden_one(client, clinic):
    text = (clinic / "participants.csv").read_text(encoding="utf-8")
    people = page(client, "participants.csv")
    assert at(people, "name") is not None
    name = text.splitlines()[1].split(",")[at(people, "name")] or "Canary Bird"
    status, _ = change(
        client,
        "participants.csv",
        cells=[
            [2, at(people, "name"), "Canary Bird"],
            [3, at(people, "track"), "Canary Bird"],
            *[
                [4, at(people, name), "Canaryson"]
                for name in ("age", "population", "availability", "admitted", "modality", "level")
            ],
        ],
    )
    assert status == 200
    found = page(client, "participants.csv")
    assert cell(found, 2, "name") is None
    assert cell(found, 3, "track") is None
    assert "Canary" not in str(found) + str(client.get("/api/input/problems")) + str(client.get("/api/input"))
    status, found = change(
        client, "participants.csv", cells=[[2, at(people, "name"), ""], [2, at(people, "age"), "33"]]
    )
    assert (status, found["left"]) == (200, 1)
    assert "Canary Bird" in (clinic / "participants.csv").read_text(encoding="utf-8")
    client.post("/api/names", {"on": True})
    assert cell(page(client, "participants.csv"), 2, "name") == "Canary Bird"
    assert name


def test_the_whole_input_is_looked_at_and_faults_come_first(client, clinic):
    (clinic / "rooms.csv").write_bytes(b"room_id,capacity\nR1,x\nR1,9\n")
    found = client.get("/api/input/problems")["problems"]
    assert [fault["table"] for fault in found[:2]] == ["rooms.csv", "rooms.csv"]
    levels = [fault["level"] for fault in found]
    assert levels == sorted(levels, key=["error", "warning", "information"].index)
    (clinic / "rooms.csv").write_bytes(b"\x00\xff")
    told = page(client, "rooms.csv")
    assert told["trouble"]
    assert told["rows"] == []
    (clinic / "rooms.csv").unlink()
    (clinic / "rooms.csv").mkdir()
    assert client.get("/api/input/problems")["problems"][0]["table"] == "rooms.csv"
    assert client.answer("GET", "/api/input")[0] == 400


def test_windows_holds_a_file_too(client, clinic, monkeypatch):
    monkeypatch.setattr(rewriting, "_can_be_opened", lambda _: False)
    monkeypatch.setattr(
        rewriting,
        "check_rewritable",
        lambda root, names: (_ for _ in ()).throw(rewriting._held(root / next(iter(names)))),
    )
    status, found = change(client, "rooms.csv", cells=[[2, 1, "99"]])
    assert (status, found["error"]) == (409, "held")


@pytest.mark.parametrize(
    ("column", "typed", "writes"),
    [
        ("availability", "Mondy 9:00-12:00", ["Mon 9:00-12:00"]),
        ("availability", "Mon-Fri 9:00-5:00", ["Mon-Fri 09:00-17:00"]),
        ("availability", "Xyz 9:00-12:00", []),
        ("availability", "Mon-Fir 8:00-4:00", ["Mon-Fri 08:00-16:00"]),
        ("availability", "MWF mornings", ["MWF morning"]),
        ("discharged", "Jan 15", ["2027-01-15"]),
        ("discharged", "15-Jan", ["2027-01-15"]),
        ("discharged", "soon", []),
        ("modality", "telehelth", ["telehealth"]),
        ("population", "Adults", ["adult"]),
        ("therapist_id", "t01", ["T01"]),
        ("therapist_id", "T77", []),
        ("level", "step-dwn", ["step-down"]),
        ("age", "fourty", []),
    ],
)
def test_what_was_probably_meant_can_be_written_by_a_button(client, column, typed, writes):
    people = page(client, "participants.csv")
    place = at(people, column)
    _, found = change(client, "participants.csv", cells=[[2, place, typed]])
    faults = [fault for fault in found["input"]["problems"] if (fault["row"], fault["at"]) == (2, place)]
    assert faults
    assert faults[0]["writes"] == writes
    assert found["rows"]["rows"][0]["cells"][place] in ((typed,) if writes else (typed, None))
    if writes:
        _, found = change(client, "participants.csv", cells=[[2, place, writes[0]]])
        assert found["input"]["faults"]["error"] == 0


def test_a_header_is_mended_by_a_button_too(client, clinic):
    path = clinic / "rooms.csv"
    path.write_bytes(path.read_bytes().replace(b"room_id", b"rom_id", 1).replace(b"features", b"featurs", 1))
    for name in ("room_id", "features"):
        told = [fault for fault in page(client, "rooms.csv")["faults"] if fault["writes"] == [name]]
        assert len(told) == 1, name
        fault = told[0]
        status, _ = change(client, "rooms.csv", cells=[[fault["row"], fault["at"], name]])
        assert status == 200
    assert client.get("/api/input")["faults"]["error"] == 0


def test_somebody_elses_change_is_told_and_our_own_is_not(client, clinic, running):
    watch = FileWatch(running.page)
    told = lambda: [row for row in running.page.news.since(0) if row["kind"] == "files" and row.get("outside")]  # noqa: E731 - short
    watch.look()
    change(client, "rooms.csv", cells=[[2, 1, "9"]])
    watch.look()
    assert told() == []
    (clinic / "rooms.csv").write_bytes((clinic / "rooms.csv").read_bytes() + b"\n")
    (clinic / "covers.csv").unlink()
    watch.look()
    watch.look()
    assert [row["files"] for row in told()] == [["covers.csv", "rooms.csv"]]
