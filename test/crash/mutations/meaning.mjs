/**
 * Mutations that mean nothing: `store verify --deep` need not name them. Each is one that leaves everything true that
 * the file says, or is about a file that says nothing of events.
 */
export function isWithoutMeaning(kind, { name, before, after }) {
  // The file is what it was.
  if (after?.equals(before)) return true;
  // Who owns a directory, and nothing of what is in it.
  if (kind === "lock") return true;
  // What `_index` has can be removed at any time, and is made again.
  if ((kind === "cache" || kind === "filter") && name === "delete") return true;
  // The same JSON in another spelling, such as with a blank at the end: programs that copy a log line by line may leave
  // it so.
  if (kind === "commit" || kind === "copy") return isSameJson(before, after);
  return false;
}

function isSameJson(before, after) {
  const [one, other] = [before, after].map((bytes) => (bytes === undefined ? undefined : valuesOf(bytes)));
  return one !== undefined && one === other;
}

/** Its lines as one text; undefined when one of them is no JSON in UTF-8. */
function valuesOf(bytes) {
  try {
    const lines = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes).split("\n");
    return JSON.stringify(lines.filter((line) => line.trim() !== "").map((line) => JSON.parse(line)));
  } catch {
    return undefined;
  }
}
