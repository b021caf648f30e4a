/**
 * Mutations that mean nothing: `store verify --deep` need not name them. Each is one that leaves everything true that the file says, or is
 * about a file that says nothing of events.
 */
export function isWithoutMeaning(kind, { name, before, after }) {
  // The file is what it was.
  if (after?.equals(before)) return true;
  // Who owns a directory, and nothing of what is in it.
  if (kind === "lock") return true;
  // What `_index` has can be removed at any time, and is made again.
  if ((kind === "cache" || kind === "filter") && name === "delete") return true;
  return false;
}
