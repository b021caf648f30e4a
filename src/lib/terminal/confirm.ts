import { createReadStream } from "node:fs";
import type { Terminal } from "../pipeline/contract/terminal.js";
import { escapeControls } from "./escape.js";

/** Asks on the terminal; only "y" and "yes" are a yes. */
export async function confirm(question: string, terminal: Terminal): Promise<boolean> {
  await terminal.stderr.write(`${escapeControls(question)} [y/N] `);
  const input = createReadStream("", { fd: terminal.stdin, autoClose: false, encoding: "utf8" });
  let answer = "";
  try {
    for await (const text of input) {
      answer += text;
      if (answer.includes("\n")) break;
    }
  } finally {
    input.destroy();
  }
  return /^\s*y(es)?\s*$/i.test(answer.split("\n")[0] ?? "");
}
