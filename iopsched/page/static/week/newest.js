// @ts-check
/** One question under way at a time; of those asked meanwhile only the newest is sent. */

/** @template Q, A */
export class Newest {
  /** @param {(question: Q) => Promise<A>} send @param {(answer: A, question: Q) => void} answered
   * @param {(fault: unknown, question: Q) => void} failed */
  constructor(send, answered, failed) {
    this.send = send;
    this.answered = answered;
    this.failed = failed;
    /** @type {{question: Q}|null} */
    this.waiting = null;
    this.busy = false;
    this.current = 0;
  }

  /** Ask this; an older question that waits is dropped, the answer to one under way is not told.
   * @param {Q} question */
  ask(question) {
    this.current += 1;
    this.waiting = { question };
    if (!this.busy) void this.run();
  }

  /** Whatever was asked is no longer of interest. */
  forget() {
    this.current += 1;
    this.waiting = null;
  }

  async run() {
    this.busy = true;
    while (this.waiting) {
      const { question } = this.waiting;
      const asked = this.current;
      this.waiting = null;
      try {
        const answer = await this.send(question);
        if (asked === this.current) this.answered(answer, question);
      } catch (fault) {
        if (asked === this.current) this.failed(fault, question);
      }
    }
    this.busy = false;
  }
}
