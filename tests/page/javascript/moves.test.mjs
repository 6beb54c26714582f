/** What a move says to the server, what stands in the way, and one question at a time. */
import assert from "node:assert/strict";
import { test } from "node:test";

const home = new URL("../../../iopsched/page/static/week/", import.meta.url);
const { counted, heldNeed, heldSession, inTheWay, moveTo, placeIn, placeOf, samePlace } = await import(new URL("places.js", home));
const { Newest } = await import(new URL("newest.js", home));

const session = (id, more = {}) => ({
  id, date: "2026-11-30", start: "09:00", end: "10:00", service: "individual", group: null, room: "R1", therapists: ["T1", "T2"],
  participants: ["P1"], modality: "in_person", pinned: false, rules: [], origin: "saved", ...more,
});

test("a move says only what changes", () => {
  const one = session("a");
  const place = { ...placeOf(one), start: "10:30" };
  assert.deepEqual(moveTo(heldSession(one), place), { kind: "place", session: "a", start: "10:30" });
  assert.deepEqual(moveTo(heldSession(one), { ...place, room: null }), { kind: "place", session: "a", start: "10:30", room: null });
  assert.equal(moveTo(heldSession(session("a", { group: "A1" })), place, true).kind, "place_group");
});

test("a need without a place says only what is chosen", () => {
  const held = heldNeed({ id: "need:P1:family", participant: "P1", service: "family", minutes: 60, count: 1 });
  const place = { date: "2026-12-01", start: "10:00", room: null, therapist: null, modality: "" };
  assert.deepEqual(moveTo(held, place), { kind: "hold", unplaced: "need:P1:family", date: "2026-12-01", start: "10:00" });
  assert.deepEqual(moveTo(held, { ...place, modality: "telehealth" }).room, null);
});

test("a column gives its day and its room or lead; leaving a room makes it one by video, and back", () => {
  const place = placeOf(session("a"));
  assert.equal(placeIn(place, { date: "2026-12-01", kind: "room", id: "R2" }).room, "R2");
  const online = placeIn(place, { date: "2026-11-30", kind: "room", id: null });
  assert.deepEqual([online.room, online.modality], [null, "telehealth"]);
  assert.equal(placeIn(online, { date: "2026-11-30", kind: "room", id: "R1" }).modality, "in_person");
  assert.deepEqual(placeIn(place, { date: "2026-11-30", kind: "group", id: "A1" }), place);
  assert.equal(placeIn(place, { date: "2026-11-30", kind: "therapist", id: "T9" }).therapist, "T9");
  assert.equal(placeIn(place, { date: "2026-11-30", kind: "therapist", id: null }).therapist, "T1");
  assert.ok(samePlace(place, { ...place }) && !samePlace(place, online) && samePlace(null, null) && !samePlace(place, null));
});

test("in the way are sessions that a newly broken rule names and that are held at that time", () => {
  const sessions = [session("a"), session("b", { start: "12:00", end: "13:00" }), session("c", { start: "12:30", end: "13:30" }), session("d")];
  const place = (ids) => ({ sentence: "", remedy: "", sessions: ids, people: [], room: null });
  const broken = [{ rule: "overlap", title: "", count: 2, places: [place(["a", "c"]), place(["a", "c"])] }, { rule: "rest", title: "", count: 1, places: [place(["a", "b", "d"])] }];
  const found = inTheWay(broken, heldSession(sessions[0]), { ...placeOf(sessions[0]), start: "12:00" }, sessions);
  assert.deepEqual(found.map((one) => one.id), ["c", "b"]);
  assert.deepEqual(counted(broken), { rules: 2, places: 3 });
});

test("one question at a time, and only the newest is answered", async () => {
  const sent = [];
  const answered = [];
  const failed = [];
  let most = 0;
  let open = 0;
  const newest = new Newest(async (question) => {
    open += 1;
    most = Math.max(most, open);
    sent.push(question);
    await new Promise((resolve) => setTimeout(resolve, (question * 7) % 5));
    open -= 1;
    if (question === 13) throw new Error("refused");
    return question;
  }, (answer) => answered.push(answer), (fault) => failed.push(fault.message));
  for (let question = 1; question <= 12; question += 1) {
    newest.ask(question);
    if (question % 4 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await new Promise((resolve) => setTimeout(resolve, 40));
  assert.equal(most, 1);
  assert.deepEqual(answered, [12]);
  assert.ok(sent.length < 12);
  newest.ask(13);
  await new Promise((resolve) => setTimeout(resolve, 10));
  assert.deepEqual(failed, ["refused"]);
  newest.ask(14);
  newest.forget();
  await new Promise((resolve) => setTimeout(resolve, 10));
  assert.deepEqual(answered, [12]);
});
