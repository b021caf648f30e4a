/** Runs six kinds of commands `runs` times each, in a node with `flags`; a line of counts a command. */
export function countEndings(
  runs: number,
  flags?: readonly string[],
): Promise<
  readonly {
    readonly name: string;
    readonly runs: number;
    readonly hung: number;
    readonly codes: number;
    readonly outputs: number;
  }[]
>;
