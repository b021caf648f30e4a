// Enter here: paths and file names as users write them, and whose files are believed.
/**
 * Paths as users write them. What looks like a URL, or was meant for a shell, is none: directories named `s3:`, `~` or
 * `$HOME` are never what was meant, and neither is the working directory when nothing was given.
 */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { resolve } from "node:path";
import { failure, type LogpipeError } from "../errors/index.js";

export const DEFAULT_STORE = "logpipe-store";

/** The scheme of `scheme://...`, in small letters; of one letter it is a drive. Undefined: no URL. */
export function urlScheme(text: string): string | undefined {
  return /^\s*([a-z][a-z0-9+.-]+):\/\//i.exec(text)?.[1]?.toLowerCase();
}

/**
 * `text` itself. Throws usage.remote-path for a URL and usage.no-path for what is no path; `what` is the operand or
 * option that it was given to.
 */
export function localName(text: string, what: string): string {
  const fault = pathFault(text, what);
  if (fault !== undefined) throw fault;
  return text;
}

/** Why `text` names nothing on this machine; undefined for a path. */
export function pathFault(text: string, what: string): LogpipeError | undefined {
  const scheme = urlScheme(text);
  if (scheme !== undefined) return failure("usage.remote-path", { what, scheme, url: withoutPassword(text) });
  const reason = whyNoPath(text);
  return reason && failure("usage.no-path", { what, ...reason });
}

/** The absolute path of what the user calls `text`. Throws as `localName` does. */
export function localPath(cwd: string, text: string, what = "the path"): string {
  return resolve(cwd, localName(text, what));
}

/** What `--store` says, else the variable unless that is empty; undefined: neither. */
export function givenStore(
  given: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  return given ?? (env["LOGPIPE_STORE"] || undefined);
}

function whyNoPath(text: string): { reason: string; hint: string } | undefined {
  if (text.trim() === "")
    return { reason: "is empty", hint: "name it; a variable that the name comes from may not be set" };
  if (text.includes("\0")) return { reason: "has a NUL in it", hint: "no name of a file can have one" };
  const home = /^~[a-z0-9_.-]*(?=\/|$)/i.exec(text)?.[0];
  if (home !== undefined && (home === "~" || text !== home))
    return {
      reason: `begins with ${home}, which only a shell replaces`,
      hint: `write ${home === "~" ? homedir() + text.slice(1) : "the path in full"}; what is really called so is ./${text}`,
    };
  const variable = /\$(?:[a-z_]\w*|\{[^}/]*\}|\([^)]*\))/i.exec(text)?.[0];
  // Names may have a dollar sign in them.
  if (variable !== undefined && !existsSync(text))
    return {
      reason: `has ${variable} in it, which only a shell replaces`,
      hint: "write the value in its place, or give the path as a flag or as $LOGPIPE_..., where the shell sees it",
    };
  return undefined;
}

/** A URL with a name and password in it must not be printed with them. */
function withoutPassword(url: string): string {
  return url.replace(/^(\s*[a-z][a-z0-9+.-]*:\/\/)[^/?#@]*@/i, "$1***@");
}
