/**
 * What tools put before each line of a program when they show the logs of several: `docker compose`, `kubectl`,
 * `foreman`.
 */
import { levelOfWord } from "../../../event/level-words.js";

/** What stood before a line. */
export interface LinePrefix {
  /**
   * Whose line it is, as it was written: lines with different ones never belong together. "" when only a time stood
   * there.
   */
  readonly stream: string;
  /** Names and values, in order. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** When the tool got the line: of RFC 3339 with nanoseconds, as `--timestamps` writes it. */
  readonly time: string | undefined;
  /** Where the line itself begins. */
  readonly end: number;
}

/**
 * ```
 * web-1  | TEXT                         docker compose logs; pads names to one width, and one blank more
 * shop.2.k3nq...@node7    | TEXT        docker service logs
 * [web]   | TEXT                        podman-compose logs
 * [pod/shop-6d5f4-x8k2p/app] TEXT       kubectl logs --prefix
 * [shop-6d5f4c8b7d-x8k2p app] TEXT      kubetail
 * shop-6d5f4c8b7d-x8k2p app TEXT        stern
 * 10:00:00 web.1   | TEXT               foreman
 * 0|api    | TEXT                       pm2
 * 2026-11-21T10:00:00.123456789Z TEXT   docker logs -t, kubectl logs --timestamps; behind the others, too
 * ```
 * Undefined when nothing of this stands there. Looks at the first word of other lines only.
 */
export function prefixOf(line: string): LinePrefix | undefined {
  const first = line.charCodeAt(0);
  if (first >= 0x30 && first <= 0x39) {
    // Most lines begin with a date, which is no name.
    if (line.charCodeAt(10) === 0x54) return timed(line);
    if (line.charCodeAt(4) === 0x2d) return undefined;
  }
  const named = first === 0x5b ? bracketed(line) : isNameCode(first) ? barred(line) : undefined;
  if (named === undefined) return undefined;
  const { stream, fields, end } = named;
  const time = timeAt(line, end);
  return { stream, fields, time, end: time === undefined ? end : end + time.length + 1 };
}

type Named = Omit<LinePrefix, "time">;

function timed(line: string): LinePrefix | undefined {
  if (line.charCodeAt(19) !== 0x2e) return undefined;
  const zone = line.charCodeAt(29);
  if (zone !== 0x5a && zone !== 0x2b && zone !== 0x2d && line.charCodeAt(27) !== 0x5a) return undefined;
  const time = timeAt(line, 0);
  return time === undefined ? undefined : { stream: "", fields: NO_FIELDS, time, end: time.length + 1 };
}

const NO_FIELDS: LinePrefix["fields"] = [];

/** Docker writes nine digits, a runner of workflows seven. */
const TIME =
  /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.(?:\d{9}(?:Z|[+-]\d\d:\d\d)|\d{7}Z))(?: (?!std(?:out|err) [FP]\b)|$)/y;

function timeAt(line: string, at: number): string | undefined {
  TIME.lastIndex = at;
  return TIME.exec(line)?.[1];
}

const POD = "[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?";
/** Names of containers and namespaces. */
const LABEL = "[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?";
/** What Kubernetes adds to the names of pods has only these: nothing that can spell a word. */
const HASH = "[bcdfghjklmnpqrstvwxz2456789]";
const HASHED_POD = `[a-z0-9](?:[-a-z0-9.]{0,230})?-(?:${HASH}{6,10}|[0-9a-f]{8,10})-${HASH}{5}`;

const KUBECTL = new RegExp(`^\\[pod/(${POD})/(${LABEL})\\](?: |$)`);
const KUBETAIL = new RegExp(`^\\[(${HASHED_POD})(?: (${LABEL}))?\\](?: |$)`);

function bracketed(line: string): Named | undefined {
  if (!isLetter(line.charCodeAt(1))) return undefined;
  let at = 2;
  while (at < BAR_MAX && isNameCode(line.charCodeAt(at))) at++;
  if (line.charCodeAt(at) === 0x5d && line.startsWith(" ", at + 1)) {
    const found = PODMAN.exec(line);
    if (found !== null) return podman(found);
  }
  const isKubectl = at === 4 && line.startsWith("[pod/");
  if (!isKubectl && line.charCodeAt(at - HASH_CHARACTERS - 1) !== 0x2d) return undefined;
  const found = (isKubectl ? KUBECTL : KUBETAIL).exec(line);
  return found === null ? undefined : podLine(found[0], found[1]!, found[2]);
}

const PODMAN = /^\[([a-z][\w.-]{0,200})\] {1,200}\|(?: |$)/;

function podman({ 0: head, 1: service }: RegExpExecArray): Named {
  return { stream: head.trimEnd(), fields: [["service", service!]], end: head.length };
}

/** Of a pod's own, behind the last dash of its name. */
const HASH_CHARACTERS = 5;

/** Names of pods begin with a small letter, but for a few. */
function isLetter(code: number): boolean {
  return code >= 0x61 && code <= 0x7a;
}

function podLine(head: string, pod: string, container: string | undefined, namespace?: string): Named {
  const fields: [string, string][] = [["pod", pod]];
  if (namespace !== undefined) fields.unshift(["namespace", namespace]);
  if (container !== undefined) fields.push(["container", container]);
  return { stream: head.trimEnd(), fields, end: head.length };
}

const STERN = new RegExp(`^(?:(${LABEL}) )?(${HASHED_POD}) (?:(${LABEL}) |› )`);

/** A name, and a bar or a blank behind it. */
function barred(line: string): Named | undefined {
  let at = 1;
  while (at < NAME_MAX && isNameCode(line.charCodeAt(at))) at++;
  const code = line.charCodeAt(at);
  if (code === 0x7c) return pm2(line);
  if (code === 0x3a) return at === 2 ? foreman(line) : undefined;
  if (code !== 0x20) return undefined;
  let bar = at + 1;
  while (bar < BAR_MAX && line.charCodeAt(bar) === 0x20) bar++;
  if (line.charCodeAt(bar) === 0x7c) return compose(line, at, bar);
  return bar === at + 1 && isLetter(line.charCodeAt(0)) ? stern(line, at) : undefined;
}

const NAME_MAX = 200;
const BAR_MAX = 260;

/** `wordEnd`: of the first word, which is the pod or what it is in. */
function stern(line: string, wordEnd: number): Named | undefined {
  if (line.charCodeAt(wordEnd - HASH_CHARACTERS - 1) !== 0x2d) {
    let at = wordEnd + 1;
    while (at < BAR_MAX && isNameCode(line.charCodeAt(at))) at++;
    if (line.charCodeAt(at - HASH_CHARACTERS - 1) !== 0x2d || at < wordEnd + 8) return undefined;
  }
  const found = STERN.exec(line);
  return found === null ? undefined : podLine(found[0], found[2]!, found[3], found[1]);
}

/** Two blanks before the bar, as names are padded, or the number of a replica: `level | text` is no name. */
function compose(line: string, nameEnd: number, bar: number): Named | undefined {
  const name = line.slice(0, nameEnd);
  const replica = REPLICA.exec(name);
  if (replica === null && (bar - nameEnd < 2 || !NAME.test(name) || levelOfWord(name) !== undefined))
    return undefined;
  const end = line.charCodeAt(bar + 1) === 0x20 ? bar + 2 : bar + 1;
  if (end === bar + 1 && line.length > end) return undefined;
  if (replica === null && ROW.test(line.slice(end, end + BAR_MAX))) return undefined;
  const service = replica?.[1];
  const node = replica?.[2];
  const container = node === undefined ? name : name.slice(0, -node.length - 1);
  const fields: [string, string][] = [["container", container]];
  if (service !== undefined) fields.push(["service", service]);
  if (node !== undefined) fields.push(["node", node]);
  return { stream: name, fields, end };
}

const NAME = /^[a-z0-9][a-z0-9_.-]*[a-z][a-z0-9_.-]*$|^[a-z][a-z0-9_.-]*$/;
/** `web-1`, `web_1`; `web.1.ID@node`. */
const REPLICA = /^([A-Za-z][\w.-]*?)(?:[-_]\d{1,4}|\.\d{1,4}\.[a-z0-9]{12,25}@([\w.-]+))$/;
/** A row of a table goes on with cells. */
const ROW = /^[\w.-]* +\| /;

const FOREMAN = /^\d\d:\d\d:\d\d ([A-Za-z][\w-]*(?:\.\d{1,4})?) +\| ?/;

function foreman(line: string): Named | undefined {
  const found = FOREMAN.exec(line);
  if (found === null) return undefined;
  const name = found[1]!;
  const fields = [["process", name] as const];
  return { stream: name, fields, end: found[0].length };
}

const PM2 = /^(\d{1,4})\|([A-Za-z][\w.-]*) *\| /;

function pm2(line: string): Named | undefined {
  const found = PM2.exec(line);
  if (found === null) return undefined;
  const fields = [["service", found[2]!] as const];
  return { stream: `${found[1]}|${found[2]}`, fields, end: found[0].length };
}

/** Letters, digits, `_`, `-`, `.`, `@`. */
function isNameCode(code: number): boolean {
  return code < 0x80 && NAME_CODES[code] === 1;
}

const NAME_CODES = Uint8Array.from({ length: 128 }, (_, code) =>
  /[\w.@-]/.test(String.fromCharCode(code)) ? 1 : 0,
);
