/** A word as a shell takes it, in quotes where it must be. */
export function quotedForShell(word: string): string {
  return /^[\w./@%+=:,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
