/** Every subcommand: one line each, loaded only when it is used. */
import type { AnyDeclaration } from "../lib/stage/stage.js";

export interface RegisteredCommand {
  /** As in the list of commands; the same as in the declaration (a test holds them together). */
  readonly summary: string;
  readonly load: () => Promise<{ readonly default: AnyDeclaration }>;
}

export const COMMANDS: Readonly<Record<string, RegisteredCommand>> = {
  ingest: {
    summary: "read lines from files and standard input, following files as they grow",
    load: () => import("./ingest.js"),
  },
  parse: { summary: "turn log lines into events", load: () => import("./parse.js") },
  enrich: { summary: "add fields to events", load: () => import("./enrich.js") },
  sink: { summary: "store events", load: () => import("./sink.js") },
  query: { summary: "ask SQL of the store, of files or of standard input", load: () => import("./query.js") },
  view: {
    summary: "read events comfortably: time and level first, in colour",
    load: () => import("./view.js"),
  },
  run: { summary: "run a whole pipeline in one process", load: () => import("./run.js") },
  config: {
    summary: "show the settings in force and where each came from",
    load: () => import("./config.js"),
  },
  completion: { summary: "print the completion script of a shell", load: () => import("./completion.js") },
  help: { summary: "show examples and options of a command", load: () => import("./help.js") },
};

export const COMMAND_NAMES: readonly string[] = Object.keys(COMMANDS);

/** The declaration of `name`; undefined when there is no such command. */
export async function loadCommand(name: string): Promise<AnyDeclaration | undefined> {
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  return entry === undefined ? undefined : (await entry.load()).default;
}

/** All declarations, in the order of the list. */
export async function loadAll(): Promise<readonly AnyDeclaration[]> {
  return Promise.all(Object.values(COMMANDS).map(async (entry) => (await entry.load()).default));
}
