/** Faults of pipeline files with the line that they are about. */
import { failure, LogpipeError } from "../../base/errors/index.js";

/** The error with the line that it is about, and a caret. `texts`: of the files that it may be in, by their paths. */
export function withLine(error: unknown, texts: ReadonlyMap<string, string>): unknown {
  if (!(error instanceof LogpipeError) || error.code !== "usage.file") return error;
  for (const [path, text] of texts) {
    const seen = lineOf(error, text, path);
    if (seen !== undefined) return seen;
  }
  return error;
}

function lineOf(error: LogpipeError, text: string, path: string): LogpipeError | undefined {
  const { message } = error;
  const at = message.startsWith(path) ? /^:(\d+):(\d+): /.exec(message.slice(path.length)) : null;
  if (at === null || message.includes("\n")) return undefined;
  const line = (text.split("\n")[Number(at[1]) - 1] ?? "").replace(/\s+$/, "").replace(/[\s\p{Cc}]/gu, " ");
  if (line.trim() === "") return undefined;
  const column = Math.min(Number(at[2]) - 1, line.length);
  const start = Math.max(0, column - LINE_SHOWN / 2);
  const shown = `  ${line.slice(start, start + LINE_SHOWN)}\n  ${" ".repeat(column - start)}^`;
  const place = `${path}:${at[1]}:${at[2]}`;
  const reason = message.slice(place.length + 2);
  return failure("usage.file", { place, reason, text: shown, hint: error.help });
}

const LINE_SHOWN = 100;
