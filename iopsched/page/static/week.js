// @ts-check
/** The screen of the week. Its modules stand in `week/` and are sent together as one. */
export { mount } from "./week/screen.js";
