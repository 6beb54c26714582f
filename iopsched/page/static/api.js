// @ts-check
/** Asking the server: who we are, which clinic and week, which server it was. */

const TOKEN = "iopsched-session";
const SERVER = "iopsched-server";
const channel = new BroadcastChannel("iopsched");

/** What every request carries. @type {{clinic: number | null, week: string | null}} */
export const place = { clinic: null, week: null };

/** A request that was refused, with the server's code. */
export class Refusal extends Error {
  /** @param {number} status @param {any} body */
  constructor(status, body) {
    super(body.message ?? `HTTP ${status}`);
    this.status = status;
    this.code = body.error ?? "unknown";
    this.body = body;
  }
}

/** Called with "session", "anew" or "gone" when the page cannot go on. @type {(why: string) => void} */
let onLost = () => {};
/** @param {(why: string) => void} then */
export const whenLost = (then) => { onLost = then; };

export const token = () => sessionStorage.getItem(TOKEN);
export const server = () => sessionStorage.getItem(SERVER);

/** @param {string} path */
function address(path) {
  const url = new URL(path, location.origin);
  if (place.clinic !== null && !url.searchParams.has("clinic")) url.searchParams.set("clinic", String(place.clinic));
  if (place.week !== null && !url.searchParams.has("week")) url.searchParams.set("week", place.week);
  return url.pathname + url.search;
}

/**
 * @param {string} path @param {any} [body] @param {AbortSignal} [signal] @param {boolean} [isFree] whether it is asked without a session
 * @returns {Promise<Response>}
 */
async function ask(path, body, signal, isFree = false) {
  /** @type {Record<string, string>} */
  const headers = isFree ? {} : { Authorization: `Bearer ${token() ?? ""}` };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(address(path), {
      method: body === undefined ? "GET" : "POST", headers, signal, cache: "no-store",
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    onLost("gone");
    throw new Refusal(0, { error: "gone", message: "" });
  }
  const known = server(), now = answer.headers.get("x-iopsched-server");
  if (known && now !== known && !isFree) {
    onLost("anew");
    throw new Refusal(answer.status, { error: "anew" });
  }
  if (!answer.ok) {
    const told = await answer.json().catch(() => ({}));
    if (answer.status === 401 && !isFree) onLost("session");
    throw new Refusal(answer.status, told);
  }
  return answer;
}

/** What an answer says; one that breaks off is refused, for nobody knows what was done. @param {Response} answer @returns {Promise<any>} */
const told = (answer) => answer.json().catch(() => { throw new Refusal(answer.status, { error: "broken" }); });

/** @param {string} path @param {AbortSignal} [signal] @returns {Promise<any>} */
export const get = async (path, signal) => told(await ask(path, undefined, signal));

/** @param {string} path @param {any} body @param {AbortSignal} [signal] @returns {Promise<any>} */
export const post = async (path, body, signal) => told(await ask(path, body, signal));

/** Yield each object of an answer that comes line by line. @param {string} path @param {any} body @param {AbortSignal} [signal] */
export async function* lines(path, body, signal) {
  for await (const text of pieces(await ask(path, body, signal), "\n")) if (text.trim()) yield JSON.parse(text);
}

/** Yield each event of the news. @param {number} since @param {AbortSignal} signal @returns {AsyncGenerator<any>} */
export async function* events(since, signal) {
  for await (const text of pieces(await ask(`/api/events?since=${since}`, undefined, signal), "\n\n")) {
    const data = text.split("\n").filter((line) => line.startsWith("data: ")).map((line) => line.slice(6)).join("\n");
    if (data) yield JSON.parse(data);
  }
}

/** @param {Response} answer @param {string} end */
async function* pieces(answer, end) {
  const reader = /** @type {ReadableStream<Uint8Array>} */ (answer.body).getReader();
  const decoder = new TextDecoder();
  let text = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      text += done ? decoder.decode() : decoder.decode(value, { stream: true });
      const parts = text.split(end);
      text = parts.pop() ?? "";
      yield* parts;
      if (done) break;
    }
    if (text) yield text;
  } finally {
    reader.cancel().catch(() => {});
  }
}

/** Log in with the token of the address, or by another tab. @returns {Promise<{clinic: number | null} | null>} */
export async function logIn() {
  const launch = new URLSearchParams(location.hash.slice(1)).get("launch");
  if (launch) {
    history.replaceState(null, "", "/");
    try {
      const told = await (await ask("/api/login", { launch }, undefined, true)).json();
      keep(told.token, told.server);
      sessionStorage.removeItem("iopsched-place");
      return { clinic: told.clinic };
    } catch (error) {
      if (!token()) throw error; // a link used before, in a tab that is logged in: go on
    }
  }
  return token() || (await fromAnotherTab()) ? { clinic: null } : null;
}

/** @param {string} own @param {string} id */
function keep(own, id) {
  sessionStorage.setItem(TOKEN, own);
  sessionStorage.setItem(SERVER, id);
}

/** @returns {Promise<boolean>} */
function fromAnotherTab() {
  return new Promise((resolve) => {
    const end = setTimeout(() => done(false), 2000);
    const again = setInterval(() => channel.postMessage({ kind: "who" }), 200);
    /** @param {MessageEvent} event */
    const hear = (event) => {
      if (event.data?.kind !== "session") return;
      keep(event.data.token, event.data.server);
      Object.assign(place, event.data.place);
      done(true);
    };
    /** @param {boolean} found */
    const done = (found) => {
      clearTimeout(end);
      clearInterval(again);
      channel.removeEventListener("message", hear);
      resolve(found);
    };
    channel.addEventListener("message", hear);
    channel.postMessage({ kind: "who" });
  });
}

channel.addEventListener("message", (event) => {
  if (event.data?.kind === "who" && token()) channel.postMessage({ kind: "session", token: token(), server: server(), place });
});

/**
 * Hear the news: one tab holds the stream and passes it on. Each is heard once, in order; whoever takes over misses none.
 * @param {number} since @param {(news: any) => void} then
 */
export function hear(since, then) {
  let last = since;
  const once = (/** @type {any} */ news) => {
    if (news.n <= last) return;
    last = news.n;
    then(news);
  };
  channel.addEventListener("message", (event) => { if (event.data?.kind === "news" && event.data.server === server()) once(event.data.news); });
  const read = async () => {
    for (let wait = 250; ; wait = Math.min(wait * 2, 5000)) {
      try {
        for await (const news of events(last, new AbortController().signal)) {
          wait = 250;
          channel.postMessage({ kind: "news", news, server: server() });
          once(news);
        }
      } catch (error) {
        if (error instanceof Refusal && ["session", "anew"].includes(error.code)) return;
      }
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  };
  if (navigator.locks) navigator.locks.request(`iopsched-news-${server()}`, read);
  else read();
}
