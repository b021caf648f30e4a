// Enter here: what sentences of any program tell, in whatever words.
/** Who tried to sign in, and from where, as programs say it in a sentence. */
import { isIP } from "node:net";
import type { EventWriter } from "../../event/writer.js";

/**
 * Writes `user`, `client_ip` and `client_port` of a text that tells of a login, each where the text names it and the
 * event has no such field: `Login failed for user 'ada' from 192.0.2.7`, `authentication failure: 192.0.2.7 - wrong
 * password`, `User "ada" logged in, IP: [2001:db8::7]:4242`. An address counts behind words that say where somebody
 * came from, or set apart by marks beside the outcome of a login, never behind `to`, `at` and the like. What a client
 * calls itself may be such a sentence (`user 'x from 198.51.100.66' from 192.0.2.7`): see `clientOf`. The text itself
 * stays as it is. Most texts cost one search.
 */
export function writeSignIn(text: string, event: EventWriter): void {
  if (!ABOUT.test(text)) return;
  const head = text.length > LOOKED_AT ? text.slice(0, LOOKED_AT) : text;
  const user = userOf(head);
  if (user !== undefined && !event.mayHave("user")) event.text("user", user);
  if (event.mayHave("client_ip")) return;
  const groups = clientOf(head)?.groups;
  if (groups === undefined) return;
  const { v6, v4, port = groups["port6"] } = groups;
  const address = addressOf(v4, v6);
  if (address === undefined) return;
  event.text("client_ip", address);
  if (port !== undefined && Number(port) <= 65_535) event.number("client_port", Number(port));
}

/** What lies further back in a text is an excerpt of something else. */
const LOOKED_AT = 2048;
const ABOUT =
  /log(?:g(?:ed|ing) |[ -]?[io]n)|auth(?!or\b|ors\b)|passw|credential|sign(?:ed|ing)?[ -]?in\b|2fa\b|\binvalid user/i;
const OUTCOME =
  /fail|invalid|incorrect|wrong|denied|reject|refus|unsuccessful|successful|attempt|accepted|unauthori[sz]ed|logged in|\bbad\b|error/i;

const V4 = "(?<v4>(?:::ffff:)?\\d{1,3}(?:\\.\\d{1,3}){3})(?:[:#](?<port>\\d{1,5}))?(?![\\w.:/-]*[\\w/])";
const V6 = "(?<v6>[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:(?:\\.\\d{1,3}){3})?)(?![\\w:])";
// A bracketed one may have a port behind it; of one without, the last group could be either.
const ADDRESS = `["'\`(<\\[]{0,2}(?:${V4}|${V6}(?:\\](?::(?<port6>\\d{1,5}))?)?)`;
const WHOSE =
  "(?:(?:the|an?|private|public|remote|local|external|internal|client|source|unknown|unauthorized) ){0,2}";
const WHERE = "(?:(?:ip|host|client|addr(?:ess)?)(?:[ _-]?(?:addr(?:ess)?))?)";
/** Where somebody came from; what comes from a server is an answer. */
const FROM = compiled(
  `(?:(?<!\\b(?:response|reply|answer|error|result|message|returned|received|got|data|status) )\\bfrom(?: ${WHOSE}${WHERE}?)?(?: ?[:=](?!:))? ?(?:[\\w.-]{1,253} \\()?|` +
    `\\b(?:client|peer|source|src|remote|rhost)(?:[ _-]?${WHERE})?(?: ?[:=] ?| )|\\bip(?:[ _-]?addr(?:ess)?)?(?: ?[:=] ?| ))${ADDRESS}`,
);
/** Set apart: behind a mark or at the start, before a mark or at the end. */
const ALONE = compiled(`(?:^|[.:;,] |- |\\()${ADDRESS}(?=$|[:;,)]| - |\\. )`);

function compiled(source: string): RegExp {
  return new RegExp(source, "gi");
}

/**
 * The address that the program has put into its sentence, not one within the name that a client has given. What stands
 * in quotes is text of somebody else, but for an address alone. Of several addresses the last counts, as names stand
 * before (`for NAME from ADDRESS`); the first where a name follows only that (`from ADDRESS for NAME`); none where
 * names stand before and between.
 */
function clientOf(head: string): RegExpExecArray | undefined {
  const text = withoutQuotes(head);
  const found = matchesOf(FROM, text);
  // Set apart it counts where nothing else does, or where a name, and then another address, stands behind.
  const alone =
    (found.length === 0 || NAMED.test(text)) && OUTCOME.test(text) ? matchesOf(ALONE, text)[0] : undefined;
  const [first = alone] = found;
  if (first === undefined) return undefined;
  const last = found.at(-1) ?? first;
  if (alone !== undefined && alone.index < first.index && isNamedFirst(text, alone, last)) return alone;
  if (addressIn(first) === addressIn(last)) return first;
  if (!NAMED.test(text.slice(first.index, last.index))) return last;
  return NAMED.test(text.slice(0, first.index)) ? undefined : first;
}

/** Whether a name stands between two addresses, and none before. */
function isNamedFirst(text: string, one: RegExpExecArray, other: RegExpExecArray): boolean {
  return NAMED.test(text.slice(one.index, other.index)) && !NAMED.test(text.slice(0, one.index));
}

const NAMED = /\b(?:for|user(?:[ _-]?name)?|account|name|identity|principal)\b/i;

function addressIn({ groups }: RegExpExecArray): string | undefined {
  return groups!["v4"] ?? groups!["v6"];
}

/** At most so many of a text are looked at; more are not told apart. */
const ADDRESSES_MAX = 16;

function matchesOf(pattern: RegExp, text: string): RegExpExecArray[] {
  const found: RegExpExecArray[] = [];
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    if (found.length === ADDRESSES_MAX) return [];
    found.push(match);
  }
  return found;
}

/** Texts in quotes, and those in brackets behind `user` and the like, made blank; what is an address alone stays. */
function withoutQuotes(text: string): string {
  if (!/["'`<[(]/.test(text)) return text;
  return text.replace(QUOTES, (whole, quoted?: string, bracketed?: string) => {
    const inside = quoted ?? bracketed!;
    return /^[\d.:#[\]A-Fa-f]{2,60}$/.test(inside.slice(1, -1)) || whole.length === text.length
      ? whole
      : whole.slice(0, -inside.length) + "_".repeat(inside.length);
  });
}

const QUOTES =
  /(?:^|(?<=[\s:=,(]))("[^"]{0,512}"|'[^']{0,512}'|`[^`]{0,512}`)(?![\w"'`])|\b(?:user(?:[ _-]?name)?|account|login|name)(?: ?[:=] ?| )(\[[^\]]{0,256}\]|<[^>]{0,256}>|\([^)]{0,256}\))/gi;

const QUOTED =
  /\b(?:user(?:[ _-]?name)?|account|login|identity|principal)(?: ?[:=] ?| )(?:"([^"]{1,128})"|'([^']{1,128})'|`([^`]{1,128})`|\[([^\]\s]{1,128})\]|<([^>\s]{1,128})>)/i;
/** Of an attempt: `login failed for "ada"`, `authentication of 'ada' failed`. */
const ATTEMPTED =
  /(?:log[io]n|auth\w{0,16}|sign[ -]?in|passw\w{0,8}|attempt|error)\b[^"'`]{0,16}? (?:for|of) (?:"([^"\s]{1,128})"|'([^'\s]{1,128})'|`([^`\s]{1,128})`)/i;
/** Without quotes: behind a sign, or where the sentence goes on as about somebody. */
const BARE =
  /(?:\bfor user(?:[ _-]?name)? |\buser(?:[ _-]?name)? ?[:=] ?|\bfor (?=[\w.+-]{1,64}@))([A-Za-z0-9_][\w@.\\$+-]{0,127})(?=$|[ .,;:!)\]])|\buser(?:[ _-]?name)? ([A-Za-z0-9_][\w@.\\$+-]{0,127}) (?:from|failed|at|logged|has failed|was denied|is not allowed|does not exist|not found|with wrong|with invalid)\b/i;

function userOf(text: string): string | undefined {
  const quoted = QUOTED.exec(text) ?? (OUTCOME.test(text) ? ATTEMPTED.exec(text) : null);
  if (quoted !== null) return quoted.slice(1).find((name) => name !== undefined);
  const match = BARE.exec(text);
  const bare = (match?.[1] ?? match?.[2])?.replace(/[.,;:!]+$/, "");
  return bare === undefined || bare === "" || NO_NAMES.has(bare.toLowerCase()) ? undefined : bare;
}

/** Words that stand behind "user" and are nobody's name. */
const NO_NAMES = new Set(
  (
    "name names id ids account accounts agent credential credentials password passwords input session sessions request requests " +
    "data error errors not with is was has and or who login logins logon authentication authorization auth found unknown invalid " +
    "disabled enabled locked failed failure from does did the a an this that to in on of for at by as service services group groups " +
    "interface info information details profile role roles permission permissions token tokens management attempted attempt entered"
  ).split(" "),
);

/** The address where it is one; an IPv4 address within IPv6 as the IPv4 address. */
function addressOf(v4: string | undefined, v6: string | undefined): string | undefined {
  const text = (v4 ?? v6!).replace(/^::ffff:(?=\d{1,3}\.)/i, "");
  return isIP(text) === 0 ? undefined : text;
}
