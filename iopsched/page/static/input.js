// @ts-check
/** The screen of the clinic's tables; its modules lie in the folder of its name and are sent as one. */
export { mount } from "./input/screen.js";
