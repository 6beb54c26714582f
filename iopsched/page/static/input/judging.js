// @ts-check
/** What is at fault, asked for once nobody has typed for a moment: one question at a time, since each costs seconds in a large clinic. */

/** @param {() => Promise<void>} ask @param {() => number} calm so many milliseconds nobody has typed */
export function judging(ask, calm) {
  let timer = 0, isAsking = false, isLate = false, isOver = false;

  async function run() {
    if (isAsking) { isLate = true; return; }
    isAsking = true;
    try { await ask(); } finally { isAsking = false; }
    if (isLate) soon();
  }

  /** What was asked for before may be outdated: ask again, after the answer that is under way. */
  function soon() {
    clearTimeout(timer);
    isLate = false;
    if (!isOver) timer = setTimeout(run, calm());
  }

  return { soon, end() { isOver = true; clearTimeout(timer); } };
}
