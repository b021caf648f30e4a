import { type ByteSpan, detector, isPlaceholder } from "../detector.js";

/** How far before `@tcp(` the user is looked for. */
const BACK_MAX = 4096;
const OTHER = /@(?:tcp6?|unix)\($/;
/** Oracle: user, "/", password, "@". A quoted password may have an "@" in it. */
const ORACLE = /[^\t-\r /@:"'<>;]{1,128}\/(?:\\?"([^"\n\\]+)|([^\t-\r @"']+))(?=\\?"?@)/dy;
/** sqlplus is a program, and options may stand before the user. */
const SQLPLUS = /(?:[ \t]{1,4}-[A-Za-z](?:[ \t]{1,4}\d{1,3})?){0,4}[ \t]{1,4}["']?/y;
const PROGRAMS = ["sqlplus", "expdp", "impdp", "sqlldr"];

export const dsnPassword = detector({
  name: "dsn-password",
  summary:
    "passwords in addresses of databases that are no URLs: `ada:...@tcp(db:3306)/shop`, `thin:ada/...@db`",
  label: "DSN_PASSWORD",
  isDefault: true,
  group: "secrets",
  literals: ["@tcp(", "@tcp6(", "@unix(", ":thin:", ":oci:", ":oci8:", ...PROGRAMS.map((name) => `${name} `)],
  find(text, at) {
    const span = text.charAt(at) === "@" ? before(text, at) : behind(text, at);
    if (span === undefined) return undefined;
    const secret = text.slice(span.start, Math.min(span.end, span.start + 80));
    return isPlaceholder(text.slice(span.start, span.start + 128)) ||
      /^(?:\$[{(A-Z]|\{\{|<|%[sv]$|\*+$)/.test(secret)
      ? undefined
      : span;
  },
  positives: [
    "dsn=ada:«hunter2»@tcp(127.0.0.1:3306)/shop?parseTime=true",
    "[shop]ada:«p(S3cret&x'y»@tcp(db)/",
    'open "ada:«p:s/s@w»@unix(/run/mysqld.sock)/shop"',
    "jdbc:oracle:thin:scott/«tiger9»@//db:1521/x",
    "jdbc:oracle:oci:scott/«tiger9»@db",
    "sqlplus -s scott/«tiger9»@db @run.sql",
  ],
  negatives: [
    "ada@tcp(127.0.0.1:3306)/shop",
    "ada:[DSN_PASSWORD]@tcp(db)/shop",
    "jdbc:oracle:thin:@//db:1521/x",
    "sqlplus / as sysdba",
    "sqlplus /nolog @run.sql",
    "ada:$PASSWORD@tcp(db)/",
  ],
});

function before(text: string, at: number): ByteSpan | undefined {
  const least = Math.max(0, at - BACK_MAX);
  let colon = -1;
  for (let start = at; start > least && !isStop(text.charCodeAt(start - 1)); start--) {
    // The address of another one ends there: no place is looked at twice.
    if (text.charCodeAt(start - 1) === 0x28 && OTHER.test(text.slice(Math.max(0, start - 6), start))) break;
    if (text.charCodeAt(start) === 0x3a && isOfUser(text.charCodeAt(start - 1))) colon = start;
  }
  return colon < 0 || colon + 1 === at ? undefined : { start: colon + 1, end: at };
}

/** A letter, a digit, or one of `%+-._`. */
function isOfUser(c: number): boolean {
  return isLetterOrDigit(c) || c === 0x25 || c === 0x2b || c === 0x2d || c === 0x2e || c === 0x5f;
}

function isLetterOrDigit(c: number): boolean {
  return (c >= 0x30 && c <= 0x39) || ((c | 0x20) >= 0x61 && (c | 0x20) <= 0x7a) || c >= 0x80;
}

/** Blanks, and the quotes that a program puts around the whole. */
function isStop(c: number): boolean {
  return c <= 0x20 || c === 0x22 || c === 0x60;
}

function behind(text: string, at: number): ByteSpan | undefined {
  const program = PROGRAMS.find((name) => text.startsWith(name, at));
  let from = text.indexOf(":", at + 1) + 1;
  if (program !== undefined) {
    SQLPLUS.lastIndex = at + program.length;
    if (!SQLPLUS.test(text)) return undefined;
    from = SQLPLUS.lastIndex;
  }
  ORACLE.lastIndex = from;
  const { indices } = ORACLE.exec(text) ?? {};
  const found = indices?.[1] ?? indices?.[2];
  return found && { start: found[0], end: found[1] };
}
