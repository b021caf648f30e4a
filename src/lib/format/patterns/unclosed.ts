/**
 * Where the bracket stands that is never closed in a regular expression, or the one that closes nothing; undefined:
 * there is none.
 */
export function unclosedAt(source: string): number | undefined {
  const open: number[] = [];
  let classAt = -1;
  for (let i = 0; i < source.length; i++) {
    const c = source[i];
    if (c === "\\") i++;
    else if (classAt >= 0) classAt = c === "]" ? -1 : classAt;
    else if (c === "[") classAt = i;
    else if (c === "(") open.push(i);
    else if (c === ")" && open.pop() === undefined) return i;
  }
  return classAt >= 0 ? classAt : open.at(-1);
}
