import { detector, endOf, isPlaceholder, isWordAt } from "../detector.js";

/** The name of the header or field, its quote, what stands between, and the quote or bracket before the value. */
const HEADER = /cookies?2?\\?["']?[ \t]{0,4}(?::|=>?|,)[ \t]{0,4}\[?(?:\\?["'`])?/iy;
/** `curl --cookie "sid=..."`. */
const OPTION = /cookie[ =]["']?/y;
/** RFC 6265, section 4.1.1; values as browsers take them. */
const NAME = /[!#$%&'*+.^`|~\w[\]-]{1,128}=/y;
const VALUE = /\\?"[^"\\\t-\r ]{1,4096}\\?"|[^;\t-\r "'`\\,)}\]]{1,4096}/y;
const NEXT =
  /;[ \t]{0,4}[!#$%&'*+.^`|~\w[\]-]{1,128}=(?:\\?"[^"\\\t-\r ]{0,4096}\\?"|[^;\t-\r "'`\\,)}\]]{0,4096})/y;
const PAIRS_MAX = 64;
/** `?cookie=x&a=b`: a parameter of a URL has no name of a cookie in it. */
const PARAMETER = /(?<=[?&][\w.-]{0,24})cookies?=[^\t-\r "'`<>&#\\]+/iy;

export const cookie = detector({
  name: "cookie",
  summary: "cookies in `Cookie` and `Set-Cookie` headers: the values, and the names behind the first",
  label: "COOKIE",
  isDefault: true,
  group: "secrets",
  words: ["cookie"],
  find(text, at) {
    const isOption = text.startsWith("--", at - 2);
    const parameter = endOf(PARAMETER, text, at);
    if (parameter >= 0) {
      const start = text.indexOf("=", at) + 1;
      return isPlaceholder(text.slice(start, start + 80)) ? undefined : { start, end: parameter };
    }
    const header = endOf(isOption ? OPTION : HEADER, text, at);
    const start = header < 0 ? -1 : endOf(NAME, text, header);
    let end = start < 0 ? -1 : endOf(VALUE, text, start);
    if (end < 0 || isPlaceholder(text.slice(start, start + 80))) return undefined;
    // `Set-Cookie` has one cookie and its attributes, `Cookie` has cookies only.
    const isSet = /set[-_]?$/i.test(text.slice(Math.max(0, at - 4), at));
    if (!isSet && at > 0 && isWordAt(text, at - 1) && !/[a-z_]$/i.test(text.charAt(at - 1))) return undefined;
    for (let n = 1; !isSet && n < PAIRS_MAX; n++) {
      const next = endOf(NEXT, text, end);
      if (next < 0) break;
      end = next;
    }
    return { start, end };
  },
  positives: [
    "Cookie: PHPSESSID=«b1946ac92492d2347c62; lang=en»",
    "set-cookie: sid=«s%3A8dK2.x»; Path=/; HttpOnly",
    'curl -H "Cookie: a=«1; b=2»" http://x.example',
    "curl --cookie 'sid=«1; b=2»' http://x.example",
    "GET /cb?cookie=«abcdef»&a=b HTTP/1.1",
    "/cb?a=b&session_cookie=«a=1;b=2»#x",
    '"cookie": "wordpress_logged_in=«ada|1763719200|x»"',
  ],
  negatives: [
    "cookie consent: yes",
    "Cookie: none",
    "cookies=3",
    "cookie: a=[COOKIE]",
    "set-cookie header is missing",
    "a cookie = a file of text",
  ],
});
