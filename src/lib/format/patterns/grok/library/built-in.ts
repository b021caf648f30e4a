// Enter here: the named patterns that `grok:` knows without a file, by kind of program.
import type { GrokDefinition, GrokDefinitions } from "../grok-definitions.js";
import { AWS } from "./aws.js";
import { CISCO } from "./cisco.js";
import { CORE } from "./core.js";
import { DATABASES } from "./databases.js";
import { JAVA } from "./java.js";
import { MAIL } from "./mail.js";
import { MONITORING } from "./monitoring.js";
import { NETWORK } from "./network.js";
import { SYSLOG } from "./syslog.js";
import { VECTOR, VECTOR_TYPES } from "./vector.js";
import { WEB } from "./web.js";
import { ZEEK } from "./zeek.js";

/** Under which names the patterns of programs capture: Logstash's old ones, or those of the Elastic Common Schema. */
export type CaptureNames = "legacy" | "ecs";

/**
 * The names and what they capture are those that grok users know from Logstash; the expressions are our own, made after
 * each program's documentation of its format, and match in linear time as far as grok allows.
 *
 * A table has a name and an Oniguruma expression a line, which may use others; a line that ends in `\` goes on in the
 * next, whose leading blanks do not count. A capture of two names, `%{IP:clientip|[source][ip]}` or `(?<a|[b][c]>...)`,
 * has the first in legacy mode and the second in ECS mode; an empty one captures nothing.
 */
const TABLES: readonly { readonly title: string; readonly table: string }[] = [
  { title: "Parts", table: CORE },
  { title: "Syslog", table: SYSLOG },
  { title: "Web servers and proxies", table: WEB },
  { title: "Amazon Web Services", table: AWS },
  { title: "Java, Ruby and Rails", table: JAVA },
  { title: "Databases", table: DATABASES },
  { title: "Mail and DNS", table: MAIL },
  { title: "Firewalls and routers", table: NETWORK },
  { title: "Cisco", table: CISCO },
  { title: "Zeek", table: ZEEK },
  { title: "Nagios and Bacula", table: MONITORING },
  { title: "Matchers of Vector and Datadog", table: VECTOR },
];

/** The built-in names by what they are of, for the documentation. */
export function builtInNames(): { readonly title: string; readonly names: readonly string[] }[] {
  return TABLES.map(({ title, table }) => ({ title, names: rows(table, "legacy").map(([name]) => name) }));
}

const made = new Map<CaptureNames, GrokDefinitions>();

export function builtInDefinitions(names: CaptureNames): GrokDefinitions {
  let definitions = made.get(names);
  if (definitions === undefined)
    made.set(names, (definitions = new Map(TABLES.flatMap(({ table }) => rows(table, names)))));
  return definitions;
}

function rows(table: string, names: CaptureNames): [string, GrokDefinition][] {
  return table
    .replace(/\\\n\s*/g, "")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const space = line.indexOf(" ");
      const name = line.slice(0, space);
      const type = VECTOR_TYPES[name];
      return [name, { source: named(line.slice(space + 1), names), ...(type && { type }) }];
    });
}

function named(source: string, names: CaptureNames): string {
  const pick = (legacy: string, ecs: string) => (names === "legacy" ? legacy : ecs);
  return source
    .replace(/%\{(\w+):([^|{}]*)\|([^|{}]*)\}/g, (_, name: string, legacy: string, ecs: string) => {
      const field = pick(legacy, ecs);
      return field === "" ? `%{${name}}` : `%{${name}:${field}}`;
    })
    .replace(/\(\?<([^|<>]*)\|([^|<>]*)>/g, (_, legacy: string, ecs: string) => {
      const field = pick(legacy, ecs);
      return field === "" ? "(?:" : `(?<${field}>`;
    });
}
