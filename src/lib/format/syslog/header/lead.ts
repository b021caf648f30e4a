/** What devices put before the time: counters, their own name, the module that speaks. */

import type { SyslogHeader } from "./header.js";

/**
 * RFC 5424's version in front of a time that it does not know (Meraki), the colon of EMBLEM, and Cisco's counters with
 * its host's name.
 */
const LEAD =
  /:? ?(?:(1) (?=1\d{9}\.\d))?(?:(\d{1,10}): (?:(?!\d{1,10}: )([\w.-]{1,64}): (?=(?:\d{1,10}: )?[*.]?[A-Z0-9]))?(?:(\d{1,10}): )?)?/y;
const LEAD_HOST =
  /([A-Za-z][\w.-]{0,63}): (?=(?:(\d{1,10}): )?(?:\*[A-Za-z]\w{1,40}: |(?:[A-Z0-9]{1,8}\/){2,5}[A-Z0-9]{1,10}:)?[*.]?(?:[A-Z][a-z]{2} {1,2}\d|\d{4} [A-Z][a-z]{2} ))/y;
/** `RP/0/RSP0/CPU0:` of IOS-XR, right before the time. */
const NODE = /((?:[A-Z0-9]{1,8}\/){2,5}[A-Z0-9]{1,10}):(?=[*.]?(?:[A-Z][a-z]{2} |\d{4} [A-Z]))/y;
/** `*apfReceiveTask: ` of Cisco's wireless controllers. */
const TASK = /\*([A-Za-z]\w{1,40}): (?=\*?[A-Z][a-z]{2} {1,2}\d)/y;
/** `0-PPE-1 : ` of NetScaler, behind the host. */
const ENGINE = /(\d{1,3}-PPE-\d{1,3}) : /y;

/** Behind what stands before the time at `at`. */
export function behindLead(line: string, at: number, header: SyslogHeader, isSure: boolean): number {
  const code = line.charCodeAt(at);
  if (isSure && isLetter(code)) {
    if (line.charCodeAt(at + 2) === 47 || line.charCodeAt(at + 3) === 47)
      return behindPart(NODE, "node", line, at, header);
    LEAD_HOST.lastIndex = at;
    const match = LEAD_HOST.exec(line);
    if (match === null) return at;
    header.host = match[1];
    header.sequence = match[2];
    return behindModule(
      line,
      LEAD_HOST.lastIndex + (match[2] === undefined ? 0 : match[2].length + 2),
      header,
    );
  }
  if (code === 42) return behindModule(line, at, header);
  if (code !== 58 && !(code >= 48 && code <= 57)) return at;
  LEAD.lastIndex = at;
  const match = LEAD.exec(line)!;
  if (match[2] === undefined && !isSure) return at;
  header.sequence = match[4] ?? match[2];
  header.host = match[3];
  return behindModule(line, at + match[0].length, header);
}

/** Whether a device's name and the like stand there, as in `sw1: 000123: Nov 21 10:00:01: %LINK-3-UPDOWN: ...`. */
export function isLeadHost(line: string, at: number): boolean {
  LEAD_HOST.lastIndex = at;
  return LEAD_HOST.test(line);
}

/** Behind the engine of a NetScaler. */
export function behindEngine(line: string, at: number, header: SyslogHeader): number {
  const code = line.charCodeAt(at);
  return code >= 48 && code <= 57 ? behindPart(ENGINE, "engine", line, at, header) : at;
}

function behindModule(line: string, at: number, header: SyslogHeader): number {
  if (line.charCodeAt(at) === 42) return behindPart(TASK, "task", line, at, header);
  return behindPart(NODE, "node", line, at, header);
}

function behindPart(pattern: RegExp, name: string, line: string, at: number, header: SyslogHeader): number {
  pattern.lastIndex = at;
  const match = pattern.exec(line);
  if (match === null) return at;
  header.part = [name, match[1]!];
  return pattern.lastIndex;
}

function isLetter(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}
