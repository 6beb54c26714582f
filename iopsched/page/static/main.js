// @ts-check
/** The page; its modules lie in the folder of its name and are sent as one. */
export { app } from "./main/app.js";
