/** What stands between host and body: a tag, MikroTik's topics, the codes of Cisco and Huawei. */

import type { SyslogHeader } from "./header.js";

/**
 * A tag is a word with a process id, or one that ends in a colon; macOS has some of several capitalised words.
 * `([\w...` begins no text in quotes, braces or pairs.
 */
export const TAG =
  /([A-Za-z0-9_/(%.@+*-][^\s:[\]"'{}=<>;]{0,127})(?:\[([^\]\s]{1,128})\](?: \([^()\s]{1,200}\))?:?|:)(?: |$|(?=@cee:|\{"))|([A-Z]\w{0,63}(?: [A-Z]\w{0,63}){1,3})\[(\d+)\]:(?: |$)/y;
/** A word before the text, without a colon: of programs, not of prose. */
const BARE_TAG = /([a-z][a-z0-9_./-]{1,47}|[A-Za-z]\w*_\w{1,47})(?: (?=\S)|$)/y;
const PROSE =
  /^(?:a|an|the|no|not|last|message|user|session|connection|connected|disconnected|failed|new|from|to|is|was|all|link|port|interface|system|only|text|unable|cannot|could|error|warning|starting|started|stopping|stopped|login|logout|logged|received|sent|client|server|this|it|for|in|on|at)$/;

/** Sets where the body begins. `takesBare`: whether a word without a colon is a tag, as RFC 3164 has it. */
export function readTag(line: string, at: number, header: SyslogHeader, takesBare: boolean): boolean {
  header.bodyAt = at;
  if (isMessageCode(line, at)) return true;
  TAG.lastIndex = at;
  const tag = TAG.exec(line);
  if (tag === null)
    return (
      readTopics(line, at, header) ||
      readNumbered(line, at, header) ||
      (takesBare && readBareTag(line, at, header))
    );
  const name = tag[1] ?? tag[3]!;
  if (isNoName(name, tag[2])) return false;
  header.service = name;
  header.process = tag[2] ?? tag[4];
  header.bodyAt = TAG.lastIndex;
  return true;
}

/** `system,info,account user admin logged in`: MikroTik's topics, one of which is most often a level. */
const TOPICS = /(?=[a-z0-9-]{2,16},)((?:[a-z0-9-]{2,16},){1,6}[a-z0-9-]{2,16}) (?=\S)/y;
const TOPIC_LEVEL = /(?:^|,)(critical|error|warning|info|debug)(?:,|$)/;

/** `00076 ports: port 5 is on-line` of ProCurve: the number of the message, the part of the switch. */
const NUMBERED = /(\d{5}) ([A-Za-z][\w-]{0,15}): {1,2}/y;

function readNumbered(line: string, at: number, header: SyslogHeader): boolean {
  if (line.charCodeAt(at + 5) !== 32) return false;
  NUMBERED.lastIndex = at;
  const match = NUMBERED.exec(line);
  if (match === null) return false;
  header.messageId = match[1];
  header.service = match[2];
  header.bodyAt = NUMBERED.lastIndex;
  return true;
}

/** Sets topics, level and where the body begins; false where there are none. */
export function readTopics(line: string, at: number, header: SyslogHeader): boolean {
  TOPICS.lastIndex = at;
  const topics = TOPICS.exec(line)?.[1];
  const level = topics === undefined ? undefined : TOPIC_LEVEL.exec(topics)?.[1];
  if (level === undefined) return false;
  header.topics = topics;
  header.level = level;
  header.bodyAt = TOPICS.lastIndex;
  return true;
}

/** A number, or a level: `ERROR: disk full` begins the text. */
function isNoName(name: string, process: string | undefined): boolean {
  const first = name.charCodeAt(0);
  if (first >= 48 && first <= 57) return !/[A-Za-z]/.test(name);
  return process === undefined && LEVEL_TAG.test(name);
}

const LEVEL_TAG =
  /^(?:trace|debug|info|notice|warn|warning|error|err|crit|critical|alert|emerg|emergency|fatal|severe|panic)$/i;

function readBareTag(line: string, at: number, header: SyslogHeader): boolean {
  BARE_TAG.lastIndex = at;
  const match = BARE_TAG.exec(line);
  if (match === null || BARE_TAG.lastIndex === line.length || PROSE.test(match[1]!)) return false;
  header.service = match[1];
  header.bodyAt = BARE_TAG.lastIndex;
  return true;
}

/** `%ASA-6-302013:`, `%%01SHELL/5/CMD`: what stands first in the body of Cisco and Huawei. */
export function isMessageCode(line: string, at: number): boolean {
  return line.charCodeAt(at) === 37 && MESSAGE_CODE.test(line.slice(at, at + 64));
}

const MESSAGE_CODE = /^%(?:[A-Z][\w-]{1,40}-\d-\w+ ?:|%\d\d[A-Z]\w{0,30}\/\d\/)/;
