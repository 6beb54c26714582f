// @ts-check
/** The screen for people who are short, and for those who could come. Its modules stand in `short/` and are sent together as one. */
export { mount } from "./short/screen.js";
