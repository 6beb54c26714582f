/** Blocks of cells from and to a spreadsheet's clipboard, without a browser. */
import assert from "node:assert/strict";
import { test } from "node:test";

const home = new URL("../../../iopsched/page/static/input/", import.meta.url);
const { formatCells, parseCells, placeBlock } = await import(new URL("clipboard.js", home));

const TEXTS = [
  ["one cell", "a", [["a"]]],
  ["nothing", "", []],
  ["Excel's line end behind the last row", "a\tb\r\nc\td\r\n", [["a", "b"], ["c", "d"]]],
  ["LibreOffice's line ends", "a\tb\nc\td\n", [["a", "b"], ["c", "d"]]],
  ["no line end at the end", "a\tb\r\nc\td", [["a", "b"], ["c", "d"]]],
  ["an empty last cell", "a\tb\t\r\nc\td\t\r\n", [["a", "b", ""], ["c", "d", ""]]],
  ["an empty last row", "a\r\n\r\n", [["a"], [""]]],
  ["one empty cell", "\r\n", [[""]]],
  ["a line break in quotation marks", '"Mon 9-12\r\nTue 9-12"\tx\r\ny\tz\r\n', [["Mon 9-12\nTue 9-12", "x"], ["y", "z"]]],
  ["a tab in quotation marks", '"a\tb"\tc', [["a\tb", "c"]]],
  ["doubled quotation marks", '"say ""hi""\n"\tx', [['say "hi"\n', "x"]]],
  ["quotation marks that are none of the clipboard's", 'say "hi"\tx', [['say "hi"', "x"]]],
  ["one that never closes", '"open\tx', [['"open', "x"]]],
  ["old Mac line ends", "a\rb", [["a"], ["b"]]],
  ["leading zeros and what looks like a formula", "007\t=1+1\t1-2", [["007", "=1+1", "1-2"]]],
  ["rows of different lengths", "a\r\nb\tc\r\n", [["a"], ["b", "c"]]],
];

for (const [name, text, cells] of TEXTS) test(name, () => assert.deepEqual(parseCells(text), cells));

test("what is copied is pasted as it was", () => {
  const cells = [["a", "", "two\nlines", 'a "quote"', '"all"'], ["\ttab", " x ", "", "", ""]];
  assert.deepEqual(parseCells(formatCells(cells)), cells);
  assert.equal(formatCells([["a", "b"], ["c", ""]]), "a\tb\r\nc\t");
});

test("a large block takes no longer than it must", () => {
  const line = Array.from({ length: 30 }, (_, at) => `cell ${at}`).join("\t");
  const begin = performance.now();
  assert.equal(parseCells(`${line}\r\n`.repeat(5000)).length, 5000);
  assert.ok(performance.now() - begin < 2000);
});

const NAMES = ["participant_id", "track", "age"];
const placeOf = (name) => NAMES.indexOf(name.trim().toLowerCase().replace(/[\s_-]+/g, "_"));
const place = (block, row, col, rows) => placeBlock(block, { row, col, rows, cols: 3 }, placeOf);

test("a block goes where the active cell is, and on into new rows", () => {
  const found = place([["a", "b"], ["c", "d"]], 4, 1, 5);
  assert.deepEqual(found.cells, [[4, 1, "a"], [4, 2, "b"]]);
  assert.deepEqual(found.added, [[[1, "c"], [2, "d"]]]);
  assert.deepEqual([found.named, found.dropped], [false, 0]);
});

test("what does not fit is counted, blanks are not", () => {
  assert.equal(place([["a", "b", "c", ""]], 0, 1, 5).dropped, 1);
});

test("a first row that names columns says where they go, in any order", () => {
  const found = place([["Age", "Participant ID"], ["33", "P9"]], 5, 2, 5);
  assert.equal(found.named, true);
  assert.deepEqual(found.added, [[[2, "33"], [0, "P9"]]]);
});

test("columns of a first row that are not known stay away and are named", () => {
  const found = place([["Age", "Phone", "Participant ID"], ["33", "555-0101", "P9"]], 5, 0, 5);
  assert.deepEqual([found.named, found.unread, found.dropped], [true, ["Phone"], 0]);
  assert.deepEqual(found.added, [[[2, "33"], [0, "P9"]]]);
});

test("a first row of which most are no columns is a row like others", () => {
  assert.equal(place([["age", "track", "one", "two", "three"], ["33", "mh", "", "", ""]], 0, 0, 5).named, false);
  assert.equal(place([["age", "shoe size"], ["33", "44"]], 0, 0, 5).named, false);
  assert.equal(place([["age"], ["33"]], 0, 0, 5).named, false);
  assert.equal(place([["age", "track"]], 0, 0, 5).named, false);
});
