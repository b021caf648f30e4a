import { detector, endOf, isPlaceholder } from "../detector.js";

/** RFC 3986, section 3.2.1, a little wider: whatever is not the end of the authority. */
const USER = /:\/\/[^\t-\r /?#@:"'<>[\]]{0,128}:/y;
const PLAIN = /[^\t-\r /?#@"'<>]{1,256}@[\w[\x80-\xff]/y;
/** With a "/", "?" or "#" in it, which should be encoded and often is not. */
const LOOSE = /[^\t-\r @"'<>]{1,256}@[\w[\x80-\xff]/y;
/** `host:8080/path` has a port, whatever follows. */
const PORT = /\d{1,5}[/?#]/y;

export const urlPassword = detector({
  name: "url-password",
  summary: "passwords in URLs: `postgres://ada:«password»@db/`",
  label: "PASSWORD",
  isDefault: true,
  group: "secrets",
  literals: ["://"],
  find(text, at) {
    const start = endOf(USER, text, at);
    if (start < 0) return undefined;
    let end = endOf(PLAIN, text, start) - 2;
    if (end < 0 && endOf(PORT, text, start) < 0) end = endOf(LOOSE, text, start) - 2;
    return end < 0 || isPlaceholder(text.slice(start, end)) ? undefined : { start, end };
  },
  positives: [
    "postgres://ada:«hunter2»@db.example:5432/shop",
    "https://:«s3cret»@example.com/",
    "redis://default:«p%40ss/w»@cache",
  ],
  negatives: [
    "https://example.com:8080/a",
    "http://ada@example.com/",
    "see http://example.com/a:b c@d",
    "GET http://cache.example:3128/find?q=1&at=@here",
    "amqp://mq:5672/#/queues/a@b",
    "://",
  ],
});
