export { quotedForShell } from "../../base/shell.js";
