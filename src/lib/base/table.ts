/**
 * A table by words that come from outside. A plain object would also answer for `constructor`, `toString` and
 * `__proto__`, which logs, headers and people may well hold.
 *
 * ```ts
 * const LEVELS = table<Level>({ high: "error" });
 * LEVELS["constructor"]; // undefined
 * ```
 */
export function table<T>(entries: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.assign(Object.create(null) as Record<string, T>, entries);
}
