// Preloaded by a test: writes the address of every module that is loaded to the file $LOADED_REPORT.
import { appendFileSync } from "node:fs";
import { register } from "node:module";

const hooks = `
import { appendFileSync } from "node:fs";
export async function load(url, context, next) {
  if (!url.startsWith("node:")) appendFileSync(process.env.LOADED_REPORT, url + "\\n");
  return next(url, context);
}`;
appendFileSync(process.env.LOADED_REPORT, "");
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
