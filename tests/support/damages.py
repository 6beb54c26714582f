"""What can happen to a store of three revisions, each as a function of the clinic's folder, by name."""

import json
import os
import shutil
import sqlite3
from contextlib import closing

DAMAGES = {}
HARMLESS = {}
"""After these the store is still believed: nothing that was published is lost or changed."""


def _add(name, damage, table=DAMAGES):
    assert name not in DAMAGES | HARMLESS
    table[name] = damage


def _sql(name, *statements):
    def damage(home):
        with closing(sqlite3.connect(home / "iopsched.db")) as db:
            db.execute("PRAGMA foreign_keys = OFF")
            db.execute("PRAGMA writable_schema = ON")
            db.execute("PRAGMA ignore_check_constraints = ON")
            for statement in statements:
                db.execute(statement)
            db.commit()

    _add(name, damage)


def _words(*words):
    return " ".join(map(str, words))


def _database(name, change):
    def damage(home):
        path = home / "iopsched.db"
        path.write_bytes(change(bytearray(path.read_bytes())))

    _add(name, damage)


def _snapshot(name, change, table=DAMAGES):
    """The database is lost, so that everything rests on the files, of which one is damaged."""

    def damage(home):
        (home / "iopsched.db").unlink()
        change(home / "published/2026-11-30/r002.json")

    _add(name, damage, table)


def _json(name, **values):
    def change(path):
        path.write_text(json.dumps({**json.loads(path.read_text()), **values}))

    _snapshot(f"json: {name}", change)


def _session(name, **values):
    def change(path):
        content = json.loads(path.read_text())
        content["sessions"][0] |= values
        path.write_text(json.dumps(content))

    _snapshot(f"json: session {name}", change)


def _instead(make):
    def damage(home):
        (home / "iopsched.db").unlink()
        make(home / "iopsched.db")

    return damage


def _cut_tail(home):
    with closing(sqlite3.connect(home / "iopsched.db")) as db:
        for table in ("facts", "attendance", "staff", "session", "publication"):
            db.execute(_words("DELETE FROM", table, "WHERE number = 3"))
        db.commit()


def _pragma(home, words):
    with closing(sqlite3.connect(home / "iopsched.db")) as db:
        db.execute(f"PRAGMA {words}")


HUGE = 2**62
for table, column, value in (
    ("publication", "week", "'2026-12-07'"), ("publication", "week", "'2026-12-01'"), ("publication", "week", "'soon'"),
    ("publication", "revision", "7"), ("publication", "revision", "-1"), ("publication", "revision", str(HUGE)),
    ("publication", "published", "'yesterday'"), ("publication", "actor", "'x'"), ("publication", "sha", "''"),
    ("publication", "prev_sha", "'00'"), ("publication", "site", "'pines'"), ("publication", "number", "9"),
    ("session", "start_minute", "start_minute + 30"), ("session", "start_minute", "-5"),
    ("session", "end_minute", str(HUGE)), ("session", "end_minute", "0"), ("session", "modality", "'moon'"),
    ("session", "sequence", "99"), ("session", "is_cancelled", "1"), ("session", "is_cancelled", "5"),
    ("session", "service_id", "'x'"), ("session", "room_id", "NULL"), ("session", "group_id", "'G9'"),
    ("session", "stamped", "''"), ("session", "key", "key || 'x'"), ("session", "session_id", "CAST(x'ff' AS TEXT)"),
    ("staff", "therapist_id", "'T9'"), ("attendance", "participant_id", "'P9'"),
    ("attendance", "place", "100 - place"),
):  # fmt: skip
    _sql(f"{table}.{column} = {value}", _words("UPDATE", table, "SET", column, "=", value, "WHERE number = 2"))
for table in ("publication", "session", "staff", "attendance"):
    _sql(f"rows of {table} deleted", _words("DELETE FROM", table, "WHERE number = 2"))
    _sql(f"no table {table}", f"DROP TABLE {table}")
_sql("no table pushed", "DROP TABLE pushed")
_sql("no table facts", "DROP TABLE facts")
_sql("a session more", "INSERT INTO session SELECT number, 'new', 'x', 'group', NULL, NULL, 60, 90, 'telehealth', 0, "
     "stamped, 0 FROM session WHERE number = 2 LIMIT 1")  # fmt: skip
_sql("a person more", "INSERT INTO attendance SELECT number, key, 9, 'P7' FROM session WHERE number = 2")
_sql("rows of nobody", "INSERT INTO staff VALUES (77, 'x', 0, 'T1')")
_sql("hash of hand", _words("INSERT OR REPLACE INTO facts VALUES (2,", repr("a" * 64), ")"))
_sql("revisions swapped", "UPDATE publication SET number = 50 WHERE number = 1",
     "UPDATE publication SET number = 1 WHERE number = 2", "UPDATE publication SET number = 2 WHERE number = 50")  # fmt: skip
_sql("a column more", "ALTER TABLE publication ADD COLUMN note TEXT")
_sql("a column renamed", "ALTER TABLE session RENAME COLUMN modality TO mode")
_sql("a trigger", "CREATE TRIGGER t AFTER INSERT ON publication BEGIN DELETE FROM session; END")
_sql("a view", "CREATE VIEW v AS SELECT * FROM session")
_sql("a table of others", "CREATE TABLE patients (name TEXT)")
_sql("a later version", "PRAGMA user_version = 99")
_sql("no version", "PRAGMA user_version = 0")
_sql("negative version", "PRAGMA user_version = -3")
_sql(
    "column's type", "UPDATE sqlite_schema SET sql = replace(sql, 'week TEXT', 'week BLOB') WHERE name = 'publication'"
)
for size in (17, 100, 512, 4096, 5000, 20000):
    _database(f"cut to {size} bytes", lambda data, size=size: data[:size])
_database("last page cut", lambda data: data[:-4096])
for place in (0, 16, 28, 100, 103, 108):
    _database(
        f"byte {place} flipped",
        lambda data, place=place: data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :],
    )
_database("zeros", lambda data: bytes(len(data)))
_database("middle overwritten", lambda data: data[:4096] + b"\xff" * 8192 + data[12288:])
_database("text", lambda _: b"week,revision\n2026-11-30,1\n")
_database("one letter", lambda _: b"x")
_add("a directory", _instead(lambda path: path.mkdir()))
_add("a pipe", _instead(os.mkfifo))
_add("a link to nothing", _instead(lambda path: path.symlink_to("nowhere")))
_add("a link to itself", _instead(lambda path: path.symlink_to(path)))
_add("a device", _instead(lambda path: path.symlink_to("/dev/zero")))
_add("a hole of ten gigabytes", _instead(lambda path: (path.touch(), os.truncate(path, 10**10))))
_snapshot("file lost", lambda path: path.unlink())
_snapshot("file empty", lambda path: path.write_bytes(b""))
_snapshot("file cut", lambda path: path.write_bytes(path.read_bytes()[:200]))
_snapshot("file swapped", lambda path: shutil.copy(path.with_name("r001.json"), path))
_snapshot("file a directory", lambda path: (path.unlink(), path.mkdir()))
_snapshot("file a pipe", lambda path: (path.unlink(), os.mkfifo(path)))
_snapshot("file of a gigabyte", lambda path: os.truncate(path, 10**9))
_snapshot("file binary", lambda path: path.write_bytes(bytes(range(256))))
_snapshot("file nested", lambda path: path.write_text("[" * 100_000))
_snapshot("file a list", lambda path: path.write_text("[]"))
_snapshot("long number", lambda path: path.write_text('{"number": ' + "9" * 5000 + "}"))
_json("schema", schema="other/9")
_json("number text", number="2")
_json("number huge", number=10**30)
_json("number true", number=True)
_json("week", week="2026-12-07")
_json("revision", revision=-2)
_json("sessions none", sessions=None)
_json("sessions empty", sessions=[])
_json("sessions text", sessions="abc")
_json("actor", actor=5)
_json("hash", sha="0" * 64)
_json("hash none", sha=None)
_json("hash before", prev_sha="x")
_json("more", extra=1)
_session("start", start=1.5)
_session("end", end=10**9)
_session("people", participant_ids=[1, 2])
_session("staff", therapist_ids="T1")
_session("key", key=None)
_session("cancelled", is_cancelled="no")
_session("stamped", stamped="2026-13-45T00:00:00Z")

_add("tail cut, files whole", _cut_tail, HARMLESS)
_add("database empty", lambda home: (home / "iopsched.db").write_bytes(b""), HARMLESS)
_add("database lost", lambda home: (home / "iopsched.db").unlink(), HARMLESS)
_add("leftover of WAL", lambda home: (home / "iopsched.db-wal").write_bytes(b"x" * 4000), HARMLESS)
_add("leftover of a journal", lambda home: (home / "iopsched.db-journal").write_bytes(b"x" * 4000), HARMLESS)
_add("turned to WAL", lambda home: _pragma(home, "journal_mode = WAL"), HARMLESS)
_add("a file lost beside its entry", lambda home: (home / "published/2026-11-30/r002.json").unlink(), HARMLESS)
