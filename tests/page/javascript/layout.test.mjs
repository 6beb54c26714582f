/** Columns, sub-columns, short ids and neighbors of the week, without a browser. */
import assert from "node:assert/strict";
import { test } from "node:test";

const home = new URL("../../../iopsched/page/static/week/", import.meta.url);
const { bandsOf, byTime, columnsOf, lanesOf, matches, nearest, sessionsIn, shortIds } = await import(new URL("layout.js", home));
const { clock, hoursOf, minutesOf, overlap, shownDays, snapped, startsOf } = await import(new URL("time.js", home));

const session = (id, start, end, more = {}) => ({
  id, date: "2026-11-30", start, end, service: "individual", group: null, room: "R1", therapists: ["T1"], participants: [],
  modality: "in_person", pinned: false, rules: [], origin: "saved", ...more,
});
const week = (sessions, more = {}) => ({
  revision: 1, week: "2026-11-30", days: [
    { date: "2026-11-30", weekday: "Mon", open: [["08:30", "20:00"]] }, { date: "2026-12-05", weekday: "Sat", open: [] },
  ],
  rooms: [{ id: "R1", label: "R1" }, { id: "R2", label: "R2" }], staff: [{ id: "T1", label: "T1" }, { id: "T2", label: "T2" }],
  groups: [{ id: "A1", label: "A1" }], services: [{ id: "individual", label: "individual", kind: "individual" }],
  sessions, unplaced: [], broken: [], goals: [], short: [], state: {}, ...more,
});

/** A small generator of numbers that are the same every time. */
function numbers(seed) {
  let state = seed;
  return (most) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state % most;
  };
}

test("no two sessions of one sub-column overlap, and none is wider than its run", () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const draw = numbers(seed);
    const sessions = Array.from({ length: 1 + draw(14) }, (_, at) => {
      const start = 480 + 30 * draw(20);
      return session(`s${at}`, clock(start), clock(start + 30 * (1 + draw(6))));
    });
    const lanes = lanesOf(sessions);
    assert.equal(lanes.size, sessions.length);
    for (const one of sessions) {
      const here = lanes.get(one.id);
      assert.ok(here.lane < here.lanes);
      for (const other of sessions)
        if (other !== one && overlap(one, other)) {
          assert.equal(lanes.get(other.id).lanes, here.lanes);
          assert.notEqual(lanes.get(other.id).lane, here.lane);
        }
    }
  }
});

test("sessions that only touch share the whole column", () => {
  const lanes = lanesOf([session("a", "09:00", "10:00"), session("b", "10:00", "11:00")]);
  assert.deepEqual([lanes.get("a"), lanes.get("b")], [{ lane: 0, lanes: 1 }, { lane: 0, lanes: 1 }]);
});

test("ids lose their zeros, and stay apart", () => {
  assert.deepEqual([...shortIds(["P001", "P014", "P100"]).values()], ["P1", "P14", "P100"]);
  assert.deepEqual([...shortIds(["A1", "F2"]).values()], ["A1", "F2"]);
  assert.deepEqual([...shortIds(["P01", "P1"]).values()], ["P01", "P1"]);
  assert.deepEqual([...shortIds(["hall", "R01", "S-007", "group-12"]).values()], ["hall", "R1", "S7", "gr12"]);
  assert.deepEqual([...shortIds(["group-1", "grape-1"]).values()], ["group-1", "grape-1"]);
});

test("every session stands in exactly one column, whatever the columns are", () => {
  const sessions = [
    session("a", "09:00", "10:00"), session("b", "09:00", "10:00", { room: null, modality: "telehealth", therapists: [] }),
    session("c", "09:00", "10:00", { room: "gone", therapists: ["left", "T2"] }), session("d", "09:00", "10:00", { group: "A1", room: "R2" }),
    session("e", "09:30", "10:00", { group: "gone" }),
  ];
  for (const axis of ["rooms", "staff", "groups"]) {
    const drawn = columnsOf(week(sessions), axis, ["2026-11-30"]).flatMap((column) => column.sessions.map((row) => row.id));
    assert.deepEqual(drawn.sort(), ["a", "b", "c", "d", "e"], axis);
  }
});

test("somebody who assists is seen in their own column, too", () => {
  const columns = columnsOf(week([session("a", "09:00", "10:00", { therapists: ["T1", "T2"] })]), "staff", ["2026-11-30"]);
  assert.deepEqual(columns.map((column) => [column.id, column.sessions.length, column.also.length]), [["T1", 1, 0], ["T2", 0, 1]]);
});

test("closed days take no room unless they hold a session", () => {
  assert.deepEqual(shownDays(week([])).map((day) => day.weekday), ["Mon"]);
  assert.deepEqual(shownDays(week([session("a", "09:00", "10:00", { date: "2026-12-05" })])).map((day) => day.weekday), ["Mon", "Sat"]);
});

test("the hours hold every opening and every session", () => {
  assert.deepEqual(hoursOf(week([session("a", "07:15", "21:30")]), ["2026-11-30"]), { first: 420, last: 1320 });
  assert.deepEqual(hoursOf(week([]), ["2026-11-30"]), { first: 480, last: 1200 });
  assert.deepEqual(hoursOf(week([]), []), { first: 480, last: 1080 });
});

test("a start is snapped to the grid and never runs over the day", () => {
  const grid = { first: 480, last: 1260, step: 30 };
  assert.equal(snapped(494, 60, grid), 480);
  assert.equal(snapped(496, 60, grid), 510);
  assert.equal(snapped(0, 60, grid), 480);
  assert.equal(snapped(2000, 90, grid), 1170);
  assert.equal(startsOf(180, grid).at(-1), "18:00");
});

test("minutes and clock are each other's opposite", () => {
  for (const text of ["00:00", "09:05", "23:59", "24:00"]) assert.equal(clock(minutesOf(text)), text);
});

test("the neighbor in a direction is the one beside, before one farther along", () => {
  const box = (left, top) => ({ left, top, right: left + 10, bottom: top + 10 });
  const from = box(50, 50);
  const beside = box(80, 52);
  const aslant = box(65, 90);
  assert.equal(nearest([from, beside, aslant], from, "right"), beside);
  assert.equal(nearest([from, beside, aslant], from, "down"), aslant);
  assert.equal(nearest([from, beside, aslant], from, "up"), null);
  assert.equal(nearest([from, beside, aslant], aslant, "left"), from);
});

test("each session of a day is in one band of the board", () => {
  const sessions = ["00:00", "08:00", "09:00", "12:30", "13:00", "17:59", "20:00"].map((start, at) => session(`s${at}`, start, "21:00"));
  for (const blocks of [[], [{ id: "am", label: "am", start: "09:00", end: "12:00" }, { id: "pm", label: "pm", start: "13:00", end: "16:00" }]]) {
    const found = bandsOf(week(sessions, { blocks })).flatMap((band) => sessionsIn(sessions, "2026-11-30", band).map((row) => row.id));
    assert.deepEqual(found.sort(), sessions.map((row) => row.id));
  }
});

test("what is looked for may stand in id, room, group, staff or people, in any case", () => {
  const row = session("individual-001", "09:00", "10:00", { participants: ["P014"], group: "A1" });
  for (const text of ["", " ", "P014", "p014", "r1", "t1", "a1", "individual"]) assert.ok(matches(row, text), text);
  assert.ok(!matches(row, "P015"));
  assert.deepEqual(byTime([session("b", "10:00", "11:00"), session("a", "09:00", "10:00")]).map((one) => one.id), ["a", "b"]);
});
