/** What log data must not do to a terminal: the same rule as for what errors quote. */
export { escapeControls, escapeControlsInLines } from "../base/errors/printable.js";
