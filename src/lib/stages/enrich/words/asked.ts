/** The fields that `enrich` was told of and does not set itself. */
import { neededFields } from "../../../expression/needed.js";
import { readFieldPrefix } from "../../../json/member-builder.js";
import type { AskedField } from "../../../pipeline/contract/stage.js";
import { readCasts } from "../fields/cast.js";
import { readSetFields } from "../fields/set-fields.js";
import { readLookup } from "../lookup/lookup-words.js";
import type { EnrichValues } from "../options.js";
import { readRenames } from "./renames.js";

/**
 * As far as the names of what is set are known before the first event. Throws usage.bad-value and usage.bad-expression.
 */
export function askedFields(options: EnrichValues): readonly AskedField[] {
  const fields = new Fields();
  askOfTexts(options, fields);
  for (const { field } of readCasts(options.cast)) fields.ask(field);
  for (const { on, add, prefix } of options.lookup.map(readLookup)) {
    for (const { field } of on) fields.ask(field);
    if (add === undefined) fields.setBelow(prefix);
    for (const { name } of add ?? []) fields.set(name);
  }
  for (const setting of readSetFields(options.set)) {
    if (setting.kind === "computed")
      for (const needed of neededFields(setting.expression, `--set ${setting.name}`))
        fields.ask(needed, setting.name);
    fields.set(setting.name);
  }
  for (const [from, to] of readRenames(options.rename)) {
    fields.ask(from);
    fields.set(to);
  }
  for (const name of [...options.keep, ...options.drop]) if (!name.includes("*")) fields.ask(name);
  return fields.asked;
}

/** A value without blanks around its operator, which is a text: `latency+1`. */
const LIKE_ARITHMETIC =
  /^\s*[A-Za-z_][\w.]*(?:\s*[+*%]\s*(?:[A-Za-z_][\w.]*|\d+(?:\.\d+)?)|\s*\/\s*\d+(?:\.\d+)?)\s*$/;

/** What is to be said of constants that look like expressions. */
export function doubtfulConstants(options: EnrichValues): string | undefined {
  const doubtful = options.set.filter((text) => {
    const value = text.slice(text.indexOf("=") + 1);
    return LIKE_ARITHMETIC.test(value) && !/\s[+*/%]\s/.test(value);
  });
  if (doubtful.length === 0) return undefined;
  const [first = ""] = doubtful;
  const [name = "", value = ""] = first.split(/=(.*)/s);
  const spaced = value.trim().replace(/\s*[-+*/%]\s*/, (sign) => ` ${sign.trim()} `);
  return `enrich: --set ${first} is the text "${value}"; with blanks it is computed: --set '${name.trim()}=${spaced}'`;
}

function askOfTexts(options: EnrichValues, fields: Fields): void {
  for (const { field, prefix } of options.unpack.map((text) => readFieldPrefix(text, ""))) {
    fields.ask(field);
    if (prefix === ".") fields.setBelow("");
    else fields.set(prefix === "" ? field : prefix);
  }
  for (const { field, prefix } of options.env.map((text) => readFieldPrefix(text, "")))
    fields.set(prefix === "" ? field : prefix);
  if (options.host) fields.set("host");
  if (options.kubernetes) {
    fields.ask(options.kubernetesField);
    for (const name of ["k8s", "container"]) fields.set(name);
  }
  const look = (texts: readonly string[], name: string, set = [name]) => {
    for (const { field, prefix } of texts.map((text) => readFieldPrefix(text, ""))) {
      fields.ask(field);
      for (const one of prefix === "" ? set : [prefix]) fields.set(one);
    }
  };
  look(options.url, "url");
  look(options.queryString, "query");
  look(options.userAgent, "user_agent");
  if (options.geoip.length > 0)
    look(options.geoipField.length === 0 ? ["client_ip"] : options.geoipField, "geo", ["geo", "as"]);
  for (const { field, prefix } of options.dns.map((text) => readFieldPrefix(text, ""))) {
    fields.ask(field);
    fields.set(prefix === "" ? `${field}.domain` : prefix);
  }
}

class Fields {
  readonly asked: AskedField[] = [];
  private readonly written = new Set<string>();
  /** Whatever begins like one of these may have been set. */
  private readonly beginnings: string[] = [];

  /** `own`: a field that is set from others and may be one of them. */
  ask(field: AskedField, own?: string): void {
    const paths = typeof field === "string" ? [field] : field;
    if (paths.some((path) => this.mayBeSet(path))) return;
    if (typeof field === "string" || !paths.includes(own ?? "")) this.asked.push(field);
  }

  set(name: string): void {
    this.written.add(name);
  }

  setBelow(beginning: string): void {
    this.beginnings.push(beginning);
  }

  private mayBeSet(path: string): boolean {
    const isInside = (name: string) => path === name || path.startsWith(`${name}.`);
    return (
      [...this.written].some(isInside) || this.beginnings.some((beginning) => path.startsWith(beginning))
    );
  }
}
