/** `enrich --query-string FIELD[=NAME]`: the parameters of a query string or of a URL, as one object. */

import type { FieldPrefix } from "../../../json/member-builder.js";
import { quote } from "../../../json/quote.js";
import type { Enricher } from "../core/enricher.js";
import { found, textEnricher } from "../core/text-enricher.js";

const QUERY_UNITS_MAX = 65_536;
const PARAMETERS_MAX = 256;

/**
 * JSON text of the parameters of `a=1&b=x%20y&a=2`: `{"a":["1","2"],"b":"x y"}`. Values are text; `+` is a blank and
 * `%20` what it stands for (WHATWG URL, application/x-www-form-urlencoded); what is no UTF-8 then stays as it was
 * written. A name that is given again makes an array. A parameter without `=` is the empty text. At most 256 parameters
 * are read. Of a URL the part between `?` and `#` counts; undefined when a text has no parameter.
 */
export function queryJson(text: string): string | undefined {
  if (text.length > QUERY_UNITS_MAX) return undefined;
  const query = queryOf(text);
  if (query === undefined) return undefined;
  const values = new Map<string, string[]>();
  for (const pair of query.split("&", PARAMETERS_MAX)) {
    if (pair === "") continue;
    const split = pair.indexOf("=");
    const name = decoded(split < 0 ? pair : pair.slice(0, split));
    const value = split < 0 ? "" : decoded(pair.slice(split + 1));
    const before = values.get(name);
    if (before === undefined) values.set(name, [value]);
    else before.push(value);
  }
  if (values.size === 0) return undefined;
  const members = [...values].map(([name, found]) => {
    const texts = found.map(quote);
    return `${quote(name)}:${texts.length === 1 ? texts[0] : `[${texts.join(",")}]`}`;
  });
  return `{${members.join(",")}}`;
}

export function queryEnricher({ field, prefix: name }: FieldPrefix): Enricher {
  return textEnricher({
    field,
    writes: [name],
    textsMax: 16_384,
    look: (text) => {
      const json = queryJson(text);
      return found(json === undefined ? undefined : `${quote(name)}:${json}`);
    },
  });
}

/** A text with a `?` is a URL; one with a `=` and neither `/` nor `:` before it is the bare query. */
function queryOf(text: string): string | undefined {
  const end = text.indexOf("#");
  const whole = end < 0 ? text : text.slice(0, end);
  const mark = whole.indexOf("?");
  if (mark >= 0) return whole.slice(mark + 1);
  return /^[^/:=]*=/.test(whole) ? whole : undefined;
}

function decoded(text: string): string {
  const spaced = text.includes("+") ? text.replaceAll("+", " ") : text;
  if (!spaced.includes("%")) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}
