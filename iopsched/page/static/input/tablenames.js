// @ts-check
/** What the tables of a clinic are called, and what was changed in them. */
import { t } from "../words.js";

/** What a table is called. @param {string} file */
export function tableName(file) {
  const key = `input.table_${file.replace(".", "_")}`;
  const name = t(key);
  return name === key ? file : name;
}

/** A change in words, blank for none. @param {any} what */
export function changeWords(what) {
  if (!what) return "";
  const table = tableName(what.table);
  if (what.setting) return t("input.change_setting", { name: what.setting });
  const parts = ["cells", "added", "removed"].filter((kind) => what[kind]).map((kind) => t(`input.change_${kind}`, { n: what[kind], table }));
  return parts.join(", ") || t("input.change_shape", { table });
}
