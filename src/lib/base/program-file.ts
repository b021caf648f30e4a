/** Files of the built program that a thread or a process of its own runs: `worker.js`, `query-process.js`. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * Beside the bundle that this is part of, or at the head of `dist`; that of the built tree when this runs from the
 * sources.
 */
export function programFile(name: string): string {
  const beside = new URL(name, import.meta.url);
  if (existsSync(beside)) return fileURLToPath(beside);
  const above = fileURLToPath(new URL(`../../${name}`, import.meta.url));
  return above.replace(/([\\/])src([\\/][^\\/]+)$/, "$1dist$2");
}
