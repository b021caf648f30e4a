/** A grok pattern to a regular expression; errors name the place. */
import { createRequire } from "node:module";
import { failure, type LogpipeError } from "../../../base/errors/index.js";
import { suggest } from "../../../base/suggest.js";
import { isOrdinary, type Rounds } from "../group-texts.js";
import { unclosedAt } from "../unclosed.js";
import type { GrokDefinitions } from "./grok-definitions.js";
import { type Expanded, expandGrok, GROK_TYPES, GrokFault } from "./grok-expand.js";
import { type Repeat, splitRepeats } from "./repeats.js";

export interface CompiledGrok {
  readonly expanded: Expanded;
  readonly regex: RegExp;
  readonly rounds: readonly Rounds[];
}

/**
 * `what` leads the message: "--format grok". Throws usage.syntax, with a caret in the pattern or in the definition that
 * is at fault.
 */
export function compileGrok(pattern: string, definitions: GrokDefinitions, what: string): CompiledGrok {
  let expanded: Expanded;
  try {
    expanded = expandGrok(pattern, definitions);
  } catch (error) {
    if (error instanceof GrokFault) throw faultOf(error, pattern, definitions, what);
    throw error;
  }
  try {
    return { expanded, ...translated(expanded.source) };
  } catch (error) {
    throw faultOf(placeOf(error, pattern, expanded, definitions), pattern, definitions, what);
  }
}

function translated(source: string): { regex: RegExp; rounds: readonly Rounds[] } {
  const split = splitRepeats(source);
  const regex = toRegExp(split.source);
  const rounds = split.repeats.map(roundsOf);
  const areOrdinary = [regex, ...rounds.flatMap(expressionsOf)].every(isOrdinary);
  return areOrdinary ? { regex, rounds } : { regex: toRegExp(source), rounds: [] };
}

function roundsOf({ group, round, repeats }: Repeat): Rounds {
  return { group, round: toRegExp(round), rounds: repeats.map(roundsOf) };
}

function expressionsOf({ round, rounds }: Rounds): RegExp[] {
  return [round, ...rounds.flatMap(expressionsOf)];
}

function faultOf(
  fault: GrokFault,
  pattern: string,
  definitions: GrokDefinitions,
  what: string,
): LogpipeError {
  const { definition, unknown, message } = fault;
  const known = definition === undefined ? undefined : definitions.get(definition);
  const isType = message.startsWith("unknown type");
  const candidates = isType ? Object.keys(GROK_TYPES) : definitions.keys();
  return failure(
    "usage.syntax",
    {
      what: definition === undefined ? what : `${what}: in ${nameOf(definition, definitions)}`,
      ...around(known?.source ?? pattern, fault.offset),
      reason: message,
      suggestion: unknown === undefined ? undefined : suggest(unknown, candidates),
      hint:
        unknown === undefined
          ? "it is like '%{IP:client} %{WORD:method} %{NUMBER:bytes:int}'"
          : 'docs/patterns.md lists the built-in names; "--grok-patterns FILE" adds others',
    },
    fault,
  );
}

function nameOf(name: string, definitions: GrokDefinitions): string {
  const found = definitions.get(name);
  return found?.path === undefined ? name : `${name} (${found.path}:${found.line})`;
}

const SHOWN_UNITS = 100;

/** So much of a text as fits a line, and where its place `offset` is in that. */
function around(text: string, offset: number): { text: string; offset: number } {
  if (text.length <= SHOWN_UNITS) return { text, offset };
  const from = Math.max(0, Math.min(offset - SHOWN_UNITS / 2, text.length - SHOWN_UNITS));
  const [before, after] = [from > 0 ? "..." : "", from + SHOWN_UNITS < text.length ? "..." : ""];
  return {
    text: `${before}${text.slice(from, from + SHOWN_UNITS)}${after}`,
    offset: offset - from + before.length,
  };
}

/** Beyond so many definitions it is not looked for which is malformed. */
const BLAMED_MAX = 500;

/** Which definition cannot be translated, those first that use no others; else it is the pattern. */
function placeOf(
  error: unknown,
  pattern: string,
  expanded: Expanded,
  definitions: GrokDefinitions,
): GrokFault {
  for (const name of expanded.names.slice(0, BLAMED_MAX)) {
    try {
      toRegExp(expandGrok(`%{${name}}`, definitions).source);
    } catch (cause) {
      return new GrokFault(reasonOf(cause), name, unclosedAt(definitions.get(name)!.source) ?? 0);
    }
  }
  return new GrokFault(reasonOf(error), undefined, unclosedAt(pattern) ?? 0);
}

function reasonOf(error: unknown): string {
  if (error instanceof RangeError) return "its groups are too deep in each other";
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/^Invalid regular expression: \/.*\/[a-z]*: /s, "").slice(0, 200);
}

/**
 * The translator is loaded when the first grok pattern is compiled: it takes as long to load as node takes to start.
 * Patterns are translated to the older Unicode mode where it can say them: with the `v` flag, the engine of Node 20
 * fails to match repeats of negated classes, such as `^(?:x[^x]*)+$`.
 */
function toRegExp(source: string): RegExp {
  const require = createRequire(import.meta.url);
  const { toRegExp: translate } = require("oniguruma-to-es") as typeof import("oniguruma-to-es");
  // ASCII digits, spaces and word characters, as grok patterns mean them; "." is a line break, too, as in Logstash:
  // what is read may be a record of several lines. `^` and `$` are its ends.
  const options = { flags: "DSWm", rules: { asciiWordBoundaries: true, singleline: true } };
  let regex: RegExp;
  try {
    regex = translate(source, { ...options, target: "ES2018" });
  } catch {
    regex = translate(source, options);
  }
  // The engine compiles at the first search, and refuses there what is too large for it.
  regex.exec("");
  return regex;
}
