import { Next } from "../../text/next.js";
import { detector, endOf, isPlaceholder } from "../detector.js";

/** Where an authority begins; in JSON that is a string "/" may have backslashes before it. */
const SLASHES = /:(?:\\{0,8}\/){2}/y;
/** What follows the name of the user, if it is a ":". A user may be an address: `smtp://ada@example.com:...`. */
const userEnd = new Next(/[\t-\r /?#:"'<>[\]]/g);
/** RFC 3986, section 3.2: what ends an authority. Its last "@" ends the password, as for all who read URLs. */
const authorityEnd = new Next(/[\t-\r /?#]/g);
/** A password with a "/", "?" or "#" in it, which should be encoded and often is not, ends at the first "@". */
const looseEnd = new Next(/[\t-\r "'<>]|@(?=[\w[\x80-\xff])/g);
const plainEnd = new Next(/[\t-\r /?#"'<>]/g);
/** `host:8080/path` and `host:9092,other:9092/path` have a port, whatever follows. */
const PORT = /\d{1,5}\\{0,8}(?:[\t-\r /?#]|$)/y;
const PORTS = /\d{1,5}[,;]/y;
/** A quote that ends a text though none began it at the URL, and a tag: they are rarely of a password. */
const CLOSES = /["'](?:[,:;}\])>&|]|$)|<(?:br|hr|[abip]|t[dhr]|li|[uo]l|div|span|code|pre|em)>/;
const BEFORE_BYTES = 80;
const PLACEHOLDER_BYTES = 100;
/** Before the URL: what it is put in. */
const OPEN = /(\\{0,8})(["'<])[A-Za-z][\w+.:-]{0,64}$/;

export const urlPassword = detector({
  name: "url-password",
  summary: "passwords in URLs: `postgres://ada:«password»@db/`",
  label: "PASSWORD",
  isDefault: true,
  group: "secrets",
  literals: ["://", ":\\/", ":\\\\"],
  find(text, at) {
    const user = endOf(SLASHES, text, at);
    if (user < 0 || isInFound(text, at)) return undefined;
    const colon = userEnd.from(text, user);
    if (text.charAt(colon) !== ":") return undefined;
    const start = colon + 1;
    if (endOf(PORT, text, start) >= 0) return undefined;
    const end = strictEnd(text, at, start) ?? firstEnd(text, user, start);
    if (end === undefined || isPlaceholder(text.slice(start, start + PLACEHOLDER_BYTES))) return undefined;
    found = { text, start, end };
    return { start, end };
  },
  positives: [
    "postgres://ada:«hunter2»@db.example:5432/shop",
    "https://:«s3cret»@example.com/",
    "redis://default:«p%40ss/w»@cache",
    "mongodb+srv://ada:«p@ss@wd!»@cluster.example/db?x=a@b",
    "smtp://ada@example.com:«s3cret»@mail:25",
    "amqp://ada:«p\"s<3't>x<br»@mq:5672/x",
    'dsn="amqp://ada:«p\\"s3»@mq", to="ann@example.com"',
    'body {"u":"postgres:\\/\\/ada:«p@\\/w»@db\\/x"}',
    'twice {\\"u\\":\\"postgres:\\\\\\/\\\\\\/ada:«s3»@db\\",\\"to\\":\\"ann@b\\"}',
    "redis://u:«p/s@wd»@cache/0",
    "mysql://u:«12345»@[::1]:3306/",
    `ftp://${"u".repeat(300)}:«${"p@".repeat(2000)}x»@host/a@b`,
  ],
  negatives: [
    "https://example.com:8080/a",
    "http://ada@example.com/",
    "see http://example.com/a:b c@d",
    "GET http://cache.example:3128/find?q=1&at=@here",
    "amqp://mq:5672/#/queues/a@b",
    "http://ada@example.com:8080/a@b",
    "pip install git+ssh://git@git.example:team/repo.git@v1.2",
    '{"proxy":"http://cache:3128","to":"ann@b"}',
    '{\\"proxy\\":\\"http:\\/\\/cache:3128\\/x\\",\\"to\\":\\"ann@b\\"}',
    "<a href='http://cache:name'>ann@b</a>",
    "http://cache:name<br>ann@b",
    "<http://cache:name>,<ann@b>",
    "http://cache:80 Started user@1000.service",
    "kafka://b1:9092,b2:9092/t@x",
    "https://cdn.example:8443/npm/react@18.2.0/x@y",
    "C:\\\\a:b@c",
    "://",
  ],
});

/** What was found last: of the many that may begin inside a long one with one end, each would be as long. */
let found = { text: "", start: 0, end: 0 };

function isInFound(text: string, at: number): boolean {
  return at > found.start && at < found.end && text === found.text;
}

/** The last "@" of the authority that a host follows. */
function strictEnd(text: string, at: number, start: number): number | undefined {
  const authority = text.slice(start, authorityEnd.from(text, start));
  if (!authority.includes("@")) return undefined;
  return lastAt(inside(authority, OPEN.exec(text.slice(Math.max(0, at - BEFORE_BYTES), at))), start);
}

/** The first "@" of what is no authority by the letter, or the last one before the next "/", "?" or "#". */
function firstEnd(text: string, user: number, start: number): number | undefined {
  // `git@host:team/repo@v1` is an address of programs that copy.
  if (endOf(PORTS, text, start) >= 0 || text.slice(user, start).includes("@")) return undefined;
  const first = looseEnd.from(text, start);
  if (text.charAt(first) !== "@") return undefined;
  if (first !== loose.first || text !== loose.text) {
    const rest = text.slice(first, plainEnd.from(text, first));
    loose = { text, first, end: lastAt(rest, first) };
  }
  return loose.end;
}

/** The last answer, for the places that follow with the same "@" behind them. */
let loose: { text: string; first: number; end: number | undefined } = { text: "", first: -1, end: undefined };

function lastAt(authority: string, offset: number): number | undefined {
  let at = authority.lastIndexOf("@");
  while (at > 0 && !IS_HOST.test(authority.slice(at + 1, at + 2))) at = authority.lastIndexOf("@", at - 1);
  const end = offset + at;
  return at < 0 || !IS_HOST.test(authority.slice(at + 1, at + 2)) ? undefined : end;
}

const IS_HOST = /[\w[\x80-\xff]/;

/** Up to the quote or bracket that ends what the URL is in. */
function inside(authority: string, open: RegExpExecArray | null): string {
  if (open === null) {
    const closes = authority.search(CLOSES);
    return closes < 0 ? authority : authority.slice(0, closes);
  }
  const [, slashes = "", quote = ""] = open;
  const close = quote === "<" ? ">" : quote;
  for (let end = authority.indexOf(close); end >= 0; end = authority.indexOf(close, end + 1)) {
    // A quote with more backslashes before it is one of the text inside.
    let escapes = 0;
    while (escapes <= slashes.length && authority.charAt(end - 1 - escapes) === "\\") escapes++;
    if (escapes <= slashes.length) return authority.slice(0, end - escapes);
  }
  return authority;
}
