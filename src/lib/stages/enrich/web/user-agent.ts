/** `enrich --user-agent FIELD[=PREFIX]`: browser, system and device of a User-Agent header, and whether it is a bot. */

import { type FieldPrefix, MemberBuilder } from "../../../json/member-builder.js";
import type { Enricher } from "../core/enricher.js";
import { found, textEnricher } from "../core/text-enricher.js";
import { isBotText } from "./bots.js";

/** No real header is longer; of a longer one the beginning counts. */
const UNITS_MAX = 1024;

/** What the package gives of a header that is not empty. */
export interface ParsedAgent {
  readonly browser: { readonly name?: string | undefined; readonly version?: string | undefined };
  readonly os: {
    readonly name?: string | undefined;
    readonly version?: string | undefined;
    readonly versionName?: string | undefined;
  };
  readonly platform: {
    readonly type?: string | undefined;
    readonly vendor?: string | undefined;
    readonly model?: string | undefined;
  };
}

export type ParseAgent = (header: string) => ParsedAgent;

/** The package is loaded when it is first wanted. */
export async function loadAgentParser(): Promise<ParseAgent> {
  const { default: bowser } = await import("bowser");
  return (header) => bowser.parse(header);
}

/** Sets `PREFIX.name`, `.version`, `.os.name`, `.os.version`, `.device.type`, `.device.name` and `.is_bot`. */
export function agentEnricher({ field, prefix }: FieldPrefix, parse: ParseAgent): Enricher {
  const parts = ["name", "version", "os.name", "os.version", "device.type", "device.name", "is_bot"];
  return textEnricher({
    field,
    writes: parts.map((part) => `${prefix}.${part}`),
    textsMax: 16_384,
    look: (header) => found(agentMembers(header, prefix, parse)),
  });
}

/** JSON text of the members that a header gives; an empty one and `-` give none. */
export function agentMembers(header: string, prefix: string, parse: ParseAgent): string | undefined {
  const text = header.slice(0, UNITS_MAX).trim();
  if (text === "" || text === "-") return undefined;
  const { browser, os, platform } = parse(text);
  const product = isNameless(browser) ? ownProduct(text) : browser;
  const isBot = platform.type === "bot" || isBotText(text);
  const members = new MemberBuilder();
  members.text(`${prefix}.name`, product.name);
  members.text(`${prefix}.version`, product.version);
  members.text(`${prefix}.os.name`, os.name);
  members.text(`${prefix}.os.version`, os.versionName ?? os.version);
  if (platform.type !== "bot") members.text(`${prefix}.device.type`, platform.type);
  if (platform.type !== "bot") members.text(`${prefix}.device.name`, deviceName(platform));
  members.json(`${prefix}.is_bot`, String(isBot));
  return members.toString();
}

function deviceName({ vendor, model }: ParsedAgent["platform"]): string | undefined {
  return [vendor, model].filter((part) => part !== undefined && part !== "").join(" ");
}

/** "Mozilla" is what all say. */
function isNameless({ name }: ParsedAgent["browser"]): boolean {
  return name === undefined || name === "" || name === "Mozilla";
}

/**
 * What is no browser names itself first (RFC 9110, 10.1.5), `curl/8.5.0`, or behind a word that browsers understand:
 * `Mozilla/5.0 (compatible; Somebot/1.0; ...)`.
 */
function ownProduct(text: string): { name?: string | undefined; version?: string | undefined } {
  const match = COMPATIBLE.exec(text) ?? FIRST.exec(text);
  const name = match?.[1];
  return name === undefined || name === "Mozilla" ? {} : { name, version: match?.[2] };
}

const COMPATIBLE = /\(compatible; ([^\s/();,]{1,100})(?:\/([^\s();,]{1,100}))?/;
/** A token of RFC 9110, 5.6.2. */
const FIRST = /^([!#$%&'*+.^_`|~0-9A-Za-z-]{1,100})(?:\/([!-~]{1,100}))?/;
