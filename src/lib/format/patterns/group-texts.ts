/**
 * Named groups read by number: an expression without names makes no object for each match, which is a third of its
 * cost.
 */

/** Texts of the groups, in the order of their names; a group that took no part is undefined. */
export type GroupTexts = readonly (string | undefined)[];

/**
 * A part of a match that goes round: what groups capture in one round stays until another one captures something else.
 */
export interface Rounds {
  /** The group that holds all rounds. */
  readonly group: string;
  readonly round: RegExp;
  readonly rounds: readonly Rounds[];
}

/**
 * What finds the first match of `regex` in a line and gives the texts of its groups `names`, and of those in `rounds`.
 */
export function groupReader(
  regex: RegExp,
  names: readonly string[],
  rounds: readonly Rounds[] = [],
): (line: string) => GroupTexts | undefined {
  if (rounds.length > 0) return roundReader(regex, names, rounds);
  const numbers = groupNumbers(regex);
  if (numbers === undefined)
    return (line) => {
      const groups = regex.exec(line)?.groups;
      return groups && names.map((name) => groups[name]);
    };
  const plain = new RegExp(withoutNames(regex, numbers), regex.flags);
  const places = names.map((name) => numbers.get(name) ?? -1);
  return (line) => {
    const match = plain.exec(line);
    if (match === null) return undefined;
    const texts: (string | undefined)[] = [];
    for (const place of places) texts.push(match[place]);
    return texts;
  };
}

function roundReader(
  regex: RegExp,
  names: readonly string[],
  rounds: readonly Rounds[],
): (line: string) => GroupTexts | undefined {
  const whole = new RegExp(regex.source, `${regex.flags}d`);
  const found = new Map<string, string>();
  const goRound = rounds.map((one) => roundsReader(one, found));
  return (line) => {
    const match = whole.exec(line);
    if (match === null) return undefined;
    found.clear();
    note(match, found);
    for (const go of goRound) go(line, match);
    return names.map((name) => found.get(name));
  };
}

/** Goes through the rounds within `match`, and puts what they capture into `found`. */
function roundsReader(
  { group, round, rounds }: Rounds,
  found: Map<string, string>,
): (line: string, match: RegExpExecArray) => void {
  const sticky = new RegExp(round.source, `${round.flags.replace(/[gy]/g, "")}dy`);
  const goRound = rounds.map((one) => roundsReader(one, found));
  return (line, match) => {
    const [start, end] = match.indices?.groups?.[group] ?? [0, 0];
    let at = start;
    while (at < end) {
      sticky.lastIndex = at;
      const one = sticky.exec(line);
      if (one === null || sticky.lastIndex === at || sticky.lastIndex > end) return;
      at = sticky.lastIndex;
      note(one, found);
      for (const go of goRound) go(line, one);
    }
  };
}

function note({ groups }: RegExpExecArray, found: Map<string, string>): void {
  for (const name in groups) if (groups[name] !== undefined) found.set(name, groups[name]);
}

/** The name of a group or of a reference to one; escapes and classes, where there are none. */
const PARTS = /\(\?<([A-Za-z_$][\w$]*)>|\\k<([A-Za-z_$][\w$]*)>|\\.|\[(?:\\.|[^\]\\])*\]|\((?!\?)/gs;

function withoutNames(regex: RegExp, numbers: ReadonlyMap<string, number>): string {
  return regex.source.replace(PARTS, (all, name?: string, reference?: string) => {
    if (name !== undefined) return "(";
    return reference === undefined ? all : `(?:\\${numbers.get(reference)})`;
  });
}

/**
 * The number of each named group. Undefined where that cannot be said: a name twice, classes in classes, a translator's
 * own search.
 */
function groupNumbers(regex: RegExp): Map<string, number> | undefined {
  if (regex.flags.includes("v") || !isOrdinary(regex)) return undefined;
  const numbers = new Map<string, number>();
  let count = 0;
  for (const { 0: text, 1: name } of regex.source.matchAll(PARTS)) {
    if (text[0] !== "(") continue;
    count++;
    if (name === undefined) continue;
    if (numbers.has(name)) return undefined;
    numbers.set(name, count);
  }
  return numbers;
}

/**
 * Whether nothing is special about it but that some of its groups, which have no names, are hidden (oniguruma-to-es).
 */
export function isOrdinary(regex: RegExp): boolean {
  if (Object.getPrototypeOf(regex) === RegExp.prototype) return true;
  const { rawOptions } = regex as { rawOptions?: object };
  return rawOptions !== undefined && Object.keys(rawOptions).every((name) => name === "hiddenCaptures");
}
