/**
 * What stands beside telling names in ordinary logs and is no secret: words, counts, paths, variables, settings about a
 * secret.
 */
import { isPlaceholder } from "../detectors/detector.js";
import { isPath } from "../detectors/likely-secret.js";
import { isInConnection } from "./connections.js";

/** What stands behind "password:" in messages and is none. */
const WORDS =
  /^(?:null|none|nil|true|false|undefined|empty|required|invalid|incorrect|wrong|expired|missing|changed|reset|unknown|failed|failure|authentication|rejected|accepted|disabled|enabled|yes|no|not|on|off|ok|set|unset|is|was|for|from|hidden|redacted|filtered|removed|masked|string|str|password|passwd|secret|token|example|changeme|n\/a)$/i;
/** What stands behind an option in a sentence about it. */
const PROSE =
  /^(?:option|options|argument|flag|requires|needs|cannot|must|should|will|when|with|instead|which|that|this|and|are|has|have|given|specified|supplied|provided|deprecated|insecure|ignored|on|in|to|or|via|can|may|be|used|using)$/i;
/** Templates and formats, which are made of names, not of the secret. */
const TEMPLATE =
  /^(?:\$[{(]|\{\{|%[-\d.]{0,6}[a-zA-Z]$|%[A-Z_]{2,64}%$|<[A-Za-z][A-Za-z _-]{0,40}>?$|\$\d{1,2}$|\?$|\.{3}$|<\/?[a-z][^<>]{0,64}>)/;
/** Only what a name says about a secret that stands elsewhere. */
const PLACE =
  /[-_.]?(?:file|path|dir|folder|location|store|manager|url|uri|host|server|command|cmd|env|var|variable)s?$/i;
const ABOUT =
  /[-_.]?(?:file|path|dir|stdin|env|command|cmd|fd|type|ttl|length|len|min|max|policy|url|uri|host|server|expiry|expiration|expires|lifetime|mode|format|hash|prompt|manager|store|name|names|only|interactive|required|id|at|on|date|time|age|days|attempts|attempt|retries|tries|history|rounds|strength|score|version|algorithm|encryption|changed|updated|created|reset|enabled|valid|field|status|state)$/i;
/** `token_count=123456789012`. */
const COUNTS =
  /[-_.]?(?:counts?|size|limit|total|used|usage|length|ttl|expir[a-z]+|attempts?|age|days|min|max)$/i;
const PLAIN_SETTING = /^(?:[a-z][a-z_-]{0,32}|\d{1,12}[a-z]{0,3}|\d{4}-\d\d-\d\d[T\d:.Z+-]{0,30})$/i;
/** What `pass=12` counts tests beside. */
const TEST_WORDS = /fail|skip|total|error|warn|tests?\b|todo|checks?\b|suites?\b/i;
const NEAR_BYTES = 48;
/** The shell's working directory, and the one before. */
const IS_DIRECTORY = /^(?:old|logical_?)?pwd$/i;
const COMMON_DIRECTORY =
  /^(?:\/|~|~\/.*|[A-Za-z]:[\\/].*|\/(?:[\w.@+-]+\/[\w.@+/-]*|root|home|srv|var|tmp|opt|usr|etc|app|data|mnt|work|workspace|workdir|build|code|repo|go|lib|bin|dev|proc|run|boot|media|project|projects|workspaces))$/;
const SUDO = /TTY=[^;\n]{1,64} ; PWD=|PWD=[^;\n]{1,512} ; (?:USER|COMMAND)=/;
const LOOKED_AT_BYTES = 512;

/** Whether `value` says nothing: a common word, what stands for a value, or what redacting left. */
export function saysNothing(value: string): boolean {
  const head = value.slice(0, LOOKED_AT_BYTES);
  const word = head.replace(/^[[(<{]{1,2}|[\])>},;.!?]{1,4}$/g, "");
  if (word === "" || isPlaceholder(head) || WORDS.test(word) || TEMPLATE.test(head)) return true;
  return value.length < LOOKED_AT_BYTES && /^[*.x-]+$/i.test(head);
}

/** Whether the value of an option is the next word of a sentence about it. */
export function isProse(value: string): boolean {
  return PROSE.test(value.slice(0, 32));
}

/** Behind ": " a password of letters only could be a word of the message. */
export function isWords(value: string): boolean {
  return value.length <= LOOKED_AT_BYTES && /^[a-z]+(?:[.,;!?'()/]+[a-z]*)*$/i.test(value);
}

/** An option or a setting that says where a secret is, or something else about it. */
export function isAbout(name: string): boolean {
  return ABOUT.test(name);
}

export function isCount(name: string): boolean {
  return COUNTS.test(name);
}

/**
 * Whether `name=value` says something about a secret only: `password_file=/run/secrets/db`, `password_policy=strict`.
 */
export function isSetting(name: string, value: string): boolean {
  const head = value.slice(0, LOOKED_AT_BYTES);
  if (PLACE.test(name)) return isPath(head) || /^[a-z]{1,10}:\/\//i.test(head) || PLAIN_SETTING.test(head);
  return (ABOUT.test(name) || COUNTS.test(name)) && PLAIN_SETTING.test(head);
}

/** `pass=12 fail=0` counts tests. `text` [start, end) is the name and its value. */
export function isTestCount(
  name: string,
  value: string,
  text: string,
  start: number,
  end: number,
  isEqual: boolean,
): boolean {
  if (!/^pass$/i.test(name) || !/^\d{1,7}$/.test(value)) return false;
  if (!isEqual && value.length < 6) return true;
  return TEST_WORDS.test(
    `${text.slice(Math.max(0, start - NEAR_BYTES), start)} ${text.slice(end, end + NEAR_BYTES)}`,
  );
}

/**
 * Whether `PWD=/srv` names a directory: in the lines of sudo, and where it looks like one. In a connection string it is
 * a password. `start` of the name, `end` of the value.
 */
export function isDirectory(name: string, value: string, text: string, start: number, end: number): boolean {
  if (!IS_DIRECTORY.test(name) || !/^(?:[/~]|[A-Za-z]:[\\/])/.test(value)) return false;
  if (name.length > 3) return true;
  if (SUDO.test(text.slice(Math.max(0, start - 80), end + 24))) return true;
  return (
    !isInConnection(text, start) &&
    text.charAt(end) !== ";" &&
    COMMON_DIRECTORY.test(value.slice(0, LOOKED_AT_BYTES))
  );
}
