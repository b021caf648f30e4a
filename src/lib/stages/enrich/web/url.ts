// Enter here: URLs, query strings and user agents.
/** `enrich --url FIELD[=PREFIX]`: the parts of a URL. */

import { type FieldPrefix, MemberBuilder } from "../../../json/member-builder.js";
import type { Enricher } from "../core/enricher.js";
import { found, textEnricher } from "../core/text-enricher.js";

/** Longer texts are no URLs that anybody meant. */
const URL_UNITS_MAX = 65_536;

/**
 * The parts of RFC 3986, section 3, as the text has them: nothing is decoded, nothing made canonical but scheme and
 * domain, which become lower case. `undefined` for a text without any. A user name and a password are left out: they
 * are no one's business.
 *
 *      https://user:secret@Example.com:8443/a/b?x=1&y=2#top
 *      scheme               domain      port path  query  fragment
 */
export interface UrlParts {
  readonly scheme: string | undefined;
  readonly domain: string | undefined;
  readonly port: number | undefined;
  readonly path: string;
  readonly query: string | undefined;
  readonly fragment: string | undefined;
}

export function splitUrl(text: string): UrlParts | undefined {
  if (text === "" || text.length > URL_UNITS_MAX) return undefined;
  const scheme = SCHEME.exec(text)?.[1];
  let rest = scheme === undefined ? text : text.slice(scheme.length + 1);
  const [beforeFragment, fragment] = cut(rest, "#");
  const [hierarchy, query] = cut(beforeFragment, "?");
  rest = hierarchy;
  if (!rest.startsWith("//")) {
    if (scheme === undefined && !rest.startsWith("/") && query === undefined) return undefined;
    return { scheme: scheme?.toLowerCase(), domain: undefined, port: undefined, path: rest, query, fragment };
  }
  const slash = rest.indexOf("/", 2);
  const authority = slash < 0 ? rest.slice(2) : rest.slice(2, slash);
  const path = slash < 0 ? "" : rest.slice(slash);
  return { scheme: scheme?.toLowerCase(), ...domainAndPort(authority), path, query, fragment };
}

/** Sets `PREFIX.scheme`, `.domain`, `.port`, `.path`, `.query` and `.fragment`, as OpenTelemetry calls them. */
export function urlEnricher({ field, prefix }: FieldPrefix): Enricher {
  return textEnricher({
    field,
    writes: ["scheme", "domain", "port", "path", "query", "fragment"].map((part) => `${prefix}.${part}`),
    textsMax: 16_384,
    look: (text) => {
      const parts = splitUrl(text);
      if (parts === undefined) return found(undefined);
      const members = new MemberBuilder();
      members.text(`${prefix}.scheme`, parts.scheme);
      members.text(`${prefix}.domain`, parts.domain);
      members.number(`${prefix}.port`, parts.port);
      members.text(`${prefix}.path`, parts.path);
      members.text(`${prefix}.query`, parts.query);
      members.text(`${prefix}.fragment`, parts.fragment);
      return found(members.toString());
    },
  });
}

/** A scheme, and something behind it that is no port: `localhost:8080` has none. */
const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]{0,30}):(?!\d{1,5}(?:[/?#]|$))/;

function cut(text: string, mark: string): [string, string | undefined] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function domainAndPort(authority: string): { domain: string | undefined; port: number | undefined } {
  const host = authority.slice(authority.lastIndexOf("@") + 1);
  const match = /^(\[[0-9A-Fa-f:.]*\]|[^:]*)(?::(\d{1,5}))?$/.exec(host);
  if (match === null) return { domain: host.toLowerCase(), port: undefined };
  const [, domain = "", port] = match;
  const isPort = port !== undefined && Number(port) <= 65_535;
  return {
    domain: domain.replace(/^\[|\]$/g, "").toLowerCase() || undefined,
    port: isPort ? Number(port) : undefined,
  };
}
