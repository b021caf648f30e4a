/** Paths as users write them. What looks like a URL is none: a directory named `s3:` is never what was meant. */
import { resolve } from "node:path";
import { failure } from "../errors/index.js";

/** The scheme of `scheme://...`, in small letters; of one letter it is a drive. Undefined: no URL. */
export function urlScheme(text: string): string | undefined {
  return /^\s*([a-z][a-z0-9+.-]+):\/\//i.exec(text)?.[1]?.toLowerCase();
}

/** `text` itself. Throws usage.remote-path for a URL; `what` is the operand or option that it was given to. */
export function localName(text: string, what: string): string {
  const scheme = urlScheme(text);
  if (scheme === undefined) return text;
  throw failure("usage.remote-path", { what, scheme, url: withoutPassword(text) });
}

/** The absolute path of what the user calls `text`. Throws usage.remote-path for a URL. */
export function localPath(cwd: string, text: string, what = "the path"): string {
  return resolve(cwd, localName(text, what));
}

/** A URL with a name and password in it must not be printed with them. */
function withoutPassword(url: string): string {
  return url.replace(/^(\s*[a-z][a-z0-9+.-]*:\/\/)[^/?#@]*@/i, "$1***@");
}
