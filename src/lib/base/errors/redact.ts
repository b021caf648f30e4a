import { entry } from "./entry.js";

/** Errors of `redact`. Never with anything of a key in them. */
export const redactErrors = {
  "redact.no-key": entry<{ what: string }>({
    exitCode: 2,
    message: (f) => `${f.what} needs a key, and there is none`,
    help: () => "give --key-file FILE with lines of an id and a secret, or --key-env NAME",
  }),
  /** What was given for a name may be the key: it is not shown. */
  "redact.no-variable": entry<Record<string, never>>({
    exitCode: 2,
    message: () => "--key-env names no environment variable that is set",
    help: () =>
      "give the variable's name: --key-env APP_KEYS; a key that was written here may be in your shell's history",
  }),
  "redact.bad-keys": entry<{ place: string; reason: string }>({
    exitCode: 2,
    message: (f) => `cannot use the keys of ${f.place}: ${f.reason}`,
    help: () => 'each line is an id and a secret: echo "2026-11 $(openssl rand -hex 32)" > keys',
  }),
} as const;
