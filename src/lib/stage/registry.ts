/** All commands, handed to those that speak of others (`help`, `run`, `config`, `completion`): none of them imports the list it is in. */
import type { LogpipeError } from "../base/errors/index.js";
import type { AnyDeclaration } from "./stage.js";

export interface NamedCommand {
  readonly name: string;
  readonly summary: string;
}

export interface Registry {
  /** In the order of the list; "store info" is two words on the command line. */
  readonly names: readonly string[];
  /** First words of the commands that have two, each with a summary of all of them. */
  readonly groups: Readonly<Record<string, string>>;
  /** What can stand first on a command line: each command of one word, and each group. */
  readonly firstWords: readonly NamedCommand[];
  /** The commands of a group. */
  commandsOf(group: string): readonly NamedCommand[];
  /** The declaration of `name`; undefined when there is no such command. */
  load(name: string): Promise<AnyDeclaration | undefined>;
  /** All declarations, in the order of the list. */
  loadAll(): Promise<readonly AnyDeclaration[]>;
  /** The error for a name that `load` does not know: `stor`, `store inf`. */
  unknownCommand(command: string): LogpipeError;
}
