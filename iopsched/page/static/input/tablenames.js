// @ts-check
/** What the tables of a clinic are called. */
import { t } from "../words.js";

/** What a table is called. @param {string} file */
export function tableName(file) {
  const key = `input.table_${file.replace(".", "_")}`;
  const name = t(key);
  return name === key ? file : name;
}
