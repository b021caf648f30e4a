/** `${NAME}` in a YAML file: the values of environment variables, which errors never show. */
import { failure, LogpipeError } from "../base/errors/index.js";

/** Replaces the variables in the texts of one file, and remembers which. */
export interface Variables {
  /**
   * `text`, where `${NAME}` and `${NAME:-DEFAULT}` are the values of variables, and `$${` is `${`. Throws usage.file at
   * `place` for a variable that is not set and has no default, and for what cannot be read.
   */
  replace(text: string, place: string): string;
  /** The error with the names in place of the values: those may be secrets. */
  hide(error: unknown): unknown;
  /** A text without them, likewise. */
  hidden(text: string): string;
}

const REFERENCE = /(\$?)\$\{([^}]*)(\}?)/g;
/** `:-` for one that is empty, too, as in a shell. */
const NAMED = /^([A-Za-z_]\w*)(?:(:?)-([\s\S]*))?$/;
/** Shorter ones are in every other message by chance. */
const HIDDEN_CHARS_MIN = 3;

export function variablesOf(env: Readonly<Record<string, string | undefined>>): Variables {
  const shown = new Map<string, string>();
  const hidden = (text: string) =>
    [...shown]
      .sort(([a], [b]) => b.length - a.length)
      .reduce((so, [value, name]) => without(so, value, name), text);
  return {
    replace(text, place) {
      if (!text.includes("${")) return text;
      return text.replace(REFERENCE, (written: string, sign: string, inner: string, end: string) => {
        if (sign !== "") return written.slice(1);
        const found = end === "" ? null : NAMED.exec(inner);
        if (found === null) throw unreadable(place);
        const [, name = "", colon, otherwise] = found;
        const value = env[name];
        const isThere = value !== undefined && (colon !== ":" || value !== "");
        if (!isThere && otherwise === undefined) throw missing(name, place);
        if (!isThere) return otherwise!;
        if (value.length >= HIDDEN_CHARS_MIN) shown.set(value, `\${${name}}`);
        return value;
      });
    },
    hide(error) {
      if (!(error instanceof LogpipeError) || shown.size === 0) return error;
      const { code, exitCode, help } = error;
      return new LogpipeError(code, { message: hidden(error.message), help: help && hidden(help), exitCode });
    },
    hidden,
  };
}

/** Whole words only: `prod` is not taken out of `product`. As it is, and as a message quotes it. */
function without(text: string, value: string, name: string): string {
  let so = text;
  for (const form of new Set([value, JSON.stringify(value).slice(1, -1)])) {
    const exact = form.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&");
    so = so.replace(new RegExp(`(?<![\\p{L}\\p{N}_{])${exact}(?![\\p{L}\\p{N}_])`, "gu"), () => name);
  }
  return so;
}

function missing(name: string, place: string): LogpipeError {
  return failure("usage.file", {
    place,
    reason: `the environment variable ${name} is not set`,
    hint: `set it, or give it a default: \${${name}:-VALUE}; $\${${name}} is the text itself`,
  });
}

function unreadable(place: string): LogpipeError {
  return failure("usage.file", {
    place,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what stands in the file
    reason: "a variable is written ${NAME} or ${NAME:-DEFAULT}",
    hint: "for the text itself write $${",
  });
}
