/** What a completion script is made of: commands, their flags and the words that these take. */

export interface Completed {
  readonly commands: readonly CompletedCommand[];
  readonly groups: readonly CompletedGroup[];
  /** What can stand first: commands of one word, and groups. */
  readonly first: readonly CompletionWord[];
}

export interface CompletionWord {
  readonly name: string;
  readonly summary: string;
}

/** `store`, whose actions are the commands `store info` and so on. */
export interface CompletedGroup extends CompletionWord {
  readonly actions: readonly CompletedCommand[];
}

/** The second word of `store info`. */
export function secondWord(command: CompletionWord): string {
  return command.name.slice(command.name.indexOf(" ") + 1);
}

export interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly CompletedFlag[];
  /** Words that its operand can be: names of commands for `help`, of shells for `completion`. */
  readonly operands: readonly string[];
}

export interface CompletedFlag {
  readonly long: string;
  readonly short: string | undefined;
  readonly summary: string;
  readonly takes: "nothing" | "value" | "file" | "directory";
  readonly values: readonly string[];
}

export function spellings(flag: CompletedFlag): string[] {
  return flag.short === undefined ? [flag.long] : [flag.short, flag.long];
}
