import { entry } from "./entry.js";

/** Errors of `redact`. Never with anything of a key in them. */
export const redactErrors = {
  "redact.no-key": entry<{ what: string }>({
    exitCode: 2,
    message: (f) => `${f.what} needs a key, and there is none`,
    help: () => "give --key-file FILE with lines of an id and a secret, or --key-env NAME",
  }),
  "redact.bad-keys": entry<{ place: string; reason: string }>({
    exitCode: 2,
    message: (f) => `cannot use the keys of ${f.place}: ${f.reason}`,
    help: () => 'each line is an id and a secret: echo "2026-11 $(openssl rand -hex 32)" > keys',
  }),
} as const;
