/** The events that are replayed: of a table of a store, in order of time, or lines of files. */
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { failure } from "../../base/errors/index.js";
import { quote } from "../../json/quote.js";
import { defaultsOf } from "../../options/options.js";
import type { CommandDeclaration, Registry } from "../../pipeline/contract/stage.js";
import type { Output, Terminal } from "../../pipeline/contract/terminal.js";
import { hostOf } from "../../pipeline/run/host.js";
import { openInputs } from "../../sources/files/open.js";

export interface ReplayInput {
  /** The store, or a file. */
  readonly replay: string;
  readonly table: string | undefined;
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly tz: string | undefined;
}

/** Calls `take` with whole lines until they end or it says false. Throws LogpipeError. */
export async function readEvents(
  input: ReplayInput,
  terminal: Terminal,
  registry: Registry,
  take: (lines: Buffer) => Promise<boolean>,
): Promise<void> {
  if (isStore(input.replay, terminal.cwd)) return readTable(input, terminal, registry, take);
  for (const option of ["table", "since", "until"] as const)
    if (input[option] !== undefined)
      throw failure("usage.unused-option", {
        command: "test --replay of a file",
        option: `--${option}`,
        hint: "they are about tables of a store",
      });
  const source = await openInputs([input.replay], {}, hostOf(terminal), "test");
  try {
    for (let block = await source.read(); block !== undefined; block = await source.read())
      if (!(await take(block.bytes))) return;
  } finally {
    await source.close();
  }
}

/** By `query`, which reads no files outside of the range, and the live end as well. */
async function readTable(
  { replay, table, since, until, tz }: ReplayInput,
  terminal: Terminal,
  registry: Registry,
  take: (lines: Buffer) => Promise<boolean>,
): Promise<void> {
  if (table === undefined)
    throw failure("usage.missing-operand", { command: "test --replay STORE", operand: "--table NAME" });
  const query = (await registry.load("query")) as CommandDeclaration;
  const stdout = linesOutput(take);
  const sql = `SELECT * FROM ${quote(table)} ORDER BY "timestamp"`;
  const options = { ...defaultsOf(query.options), to: "ndjson", store: replay, since, until, tz };
  const given = { operands: [sql], options: options as never };
  await query.run(given, { ...terminal, stdout: stdout.output }, registry);
  await stdout.end();
}

/** Cuts what is written at line ends. */
function linesOutput(take: (lines: Buffer) => Promise<boolean>): {
  readonly output: Output;
  end(): Promise<void>;
} {
  let rest: Buffer = Buffer.alloc(0);
  const write = async (data: string | Uint8Array) => {
    const bytes = Buffer.concat([rest, typeof data === "string" ? Buffer.from(data) : data]);
    const end = bytes.lastIndexOf(0x0a) + 1;
    rest = Buffer.from(bytes.subarray(end));
    return end === 0 ? true : take(bytes.subarray(0, end));
  };
  return {
    output: { isTerminal: false, hasColour: false, columns: 80, write },
    end: async () => void (rest.length > 0 && (await take(Buffer.concat([rest, Buffer.from("\n")])))),
  };
}

/** A directory is a store, anything else a file. */
export function isStore(replay: string, cwd: string): boolean {
  return statSync(resolve(cwd, replay), { throwIfNoEntry: false })?.isDirectory() === true;
}
