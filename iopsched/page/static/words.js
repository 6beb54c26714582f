// @ts-check
/** Every sentence of the page stands in one catalog: another language is another file, `words.CODE.json`. */

/** @type {any} */
let catalog = {};
let plural = new Intl.PluralRules("en");

const told = document.documentElement.dataset;
/** What each language that there is calls itself, by its code. @type {Record<string, string>} */
export const languages = JSON.parse(told.languages || '{"en":"English"}');

/** The language that somebody chose, else the first of the browser's that there is, else English. */
export function wantedLanguage() {
  const wanted = [told.language ?? "", ...navigator.languages].flatMap((code) => [code, code.split("-")[0]]);
  return wanted.find((code) => Object.hasOwn(languages, code)) ?? "en";
}

/** @param {string} language */
export async function loadWords(language) {
  const answer = await fetch(`/static/words.${language}.json`);
  catalog = await answer.json();
  plural = new Intl.PluralRules(language);
  document.documentElement.lang = language;
}

/**
 * Return a sentence by its key, such as `week.drop`; `{name}` in it is replaced. An entry with `one` and `other` is chosen by `n`.
 * @param {string} key
 * @param {Record<string, any>} [values]
 * @returns {string}
 */
export function t(key, values = {}) {
  let found = key.split(".").reduce((part, name) => part?.[name], catalog);
  if (found && typeof found === "object") found = found[plural.select(Number(values.n))] ?? found.other;
  if (typeof found !== "string") return key;
  return found.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

/** @param {string} key */
export const has = (key) => t(key) !== key;
