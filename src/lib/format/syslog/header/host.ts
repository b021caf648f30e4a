/** The host of a header. */

import type { SyslogHeader } from "./header.js";

/**
 * The end of a name in small letters, digits, dots and dashes that a blank follows, and that is no level: what can be
 * nothing but a host. -1 where more must be looked at.
 */
export function endOfPlainHost(line: string, at: number): number {
  const first = line.charCodeAt(at);
  if (!(first >= 97 && first <= 122)) return -1;
  let end = at + 1;
  let code = line.charCodeAt(end);
  for (
    ;
    (code >= 97 && code <= 122) || (code >= 45 && code <= 57 && code !== 47);
    code = line.charCodeAt(end)
  )
    end++;
  if (code !== 32 || end - at > 255) return -1;
  return end - at < 18 && LEVEL_NAME.test(line.slice(at, end)) ? -1 : end;
}

const LEVEL_NAME = /(?:^|\.)(?:emerg|alert|crit|err|error|warn|warning|notice|info|debug)$/;

const HOST_PORT = /^(\d{1,3}(?:\.\d{1,3}){3}|\[[\da-fA-F:.]+\]):(\d{1,5})$/;

/** A name or an address, perhaps with a port, in brackets, with a colon behind it. */
export function takeHost(text: string, header: SyslogHeader): void {
  const last = text.charCodeAt(text.length - 1);
  let host = last === 58 && !text.endsWith("::") ? text.slice(0, -1) : text;
  if (host.charCodeAt(0) === 91 || last <= 57) {
    const match = HOST_PORT.exec(host);
    if (match !== null) {
      host = match[1]!;
      header.port = match[2]!.replace(/^0+(?=\d)/, "");
    }
    if (host.startsWith("[") && host.endsWith("]") && host.length > 2) host = host.slice(1, -1);
  }
  header.host = host;
}
