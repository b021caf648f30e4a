/** The words for lines that are left as they are, though `parse` would make events of them, or better ones. */

export interface LeftLines {
  /** Of the input. */
  readonly name: string;
  /** "is CSV", "has lines of docker in JSON". */
  readonly what: string;
  /** `parse` and what to tell it. */
  readonly parse: string;
  readonly areEvents: boolean;
}

export function shownText({ name, what, parse }: LeftLines, command: string): string {
  return `${name} ${what}, shown as it is: ${piped(name, parse)} | logpipe ${command}`;
}

/** Undefined for events: they are merged by the time that they have. */
export function mergedText({ name, what, parse, areEvents }: LeftLines): string | undefined {
  return areEvents
    ? undefined
    : `${name} ${what}, which has no times to merge by: ${parse} makes events of it first`;
}

/** No message about other text, which a query reads itself. */
export function sayQueried(
  { name, what, parse, areEvents }: LeftLines,
  notice: (text: string) => void,
): void {
  if (!areEvents) return;
  const from = piped(name, parse);
  notice(`${name} ${what}, read as it stands: ${from} | logpipe query "... FROM stdin" has their fields`);
}

function piped(name: string, parse: string): string {
  return name === "standard input" ? `... | logpipe ${parse}` : `logpipe ${parse} ${name}`;
}
