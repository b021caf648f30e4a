/** What the options of `redact` mean, made ready: hunters, actions, keys. */
import { failure } from "../../base/errors/index.js";
import { suggest } from "../../base/suggest.js";
import type { StageIo } from "../../pipeline/contract/resources.js";
import { ACTIONS, KEYED_ACTIONS, type RedactAction, Replacer } from "./actions.js";
import { allowLines, allowList } from "./allow.js";
import type { Detector } from "./detectors/detector.js";
import { DETECTORS } from "./detectors/index.js";
import { Anchors } from "./find/anchors.js";
import { FIELD_NAMES, FieldRules, hiddenValue } from "./find/field-rules.js";
import { readUserPattern } from "./find/pattern.js";
import type { RedactRule } from "./find/rule.js";
import { Scanner } from "./find/scanner.js";
import { Key, type KeyText, readKeys } from "./keys.js";
import { loadSiv } from "./siv.js";

const FIELD_DETECTOR = "field";
const FIELDS_MAX = 200;
/** The name of a variable, and too short to be the key itself, which must not be printed. */
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]{0,30}$/;
const PATTERNS_MAX = 64;

export interface RedactValues {
  readonly detect: readonly string[];
  readonly action: readonly string[];
  readonly pattern: readonly string[];
  readonly allow: readonly string[];
  readonly fields: readonly string[];
  readonly keyFile: string | undefined;
  readonly keyEnv: string | undefined;
  readonly reveal: boolean;
}

/** What is read from outside. Plain data. */
export interface RedactResources {
  readonly keys: readonly KeyText[];
  /** The texts of --allow, those of files among them. */
  readonly allow: readonly string[];
}

/** Throws usage.bad-value, stage.unreadable, stage.open-secret, redact.bad-keys, redact.no-key. */
export async function openRedactResources(options: RedactValues, io: StageIo): Promise<RedactResources> {
  const keys = await keysOf(options, io);
  if (keys.length > 0) await loadSiv();
  if (keys.length === 0 && options.reveal) throw failure("redact.no-key", { what: "--reveal" });
  const allow: string[] = [];
  for (const text of options.allow) {
    if (text.startsWith("@")) allow.push(...allowLines((await io.readFile(text.slice(1))).toString("utf8")));
    else allow.push(text);
  }
  if (!options.reveal) settle(options, { keys, allow });
  return { keys, allow };
}

/** Everything that looks for something, what each does, and what finds. */
export interface Settled {
  readonly hunters: readonly RedactRule[];
  readonly replacers: readonly Replacer[];
  readonly finder: Scanner;
}

export function settle(options: RedactValues, resources: RedactResources): Settled {
  const { hunters, replacers } = ruled(options, resources);
  return { hunters, replacers, finder: new Scanner(new Anchors(hunters), hunters) };
}

/** The rules without what finds them, which takes some 20 ms. */
export function ruled(
  options: RedactValues,
  { keys, allow }: RedactResources,
): Pick<Settled, "hunters" | "replacers"> {
  const hunters = huntersOf(options, allow);
  const actions = actionsOf(options.action, hunters);
  const [first] = keys;
  const key = first === undefined ? undefined : new Key(first);
  const replacers = hunters.map(({ name }) => {
    const action = actions.get(name) ?? actions.get("") ?? "label";
    if (key === undefined && KEYED_ACTIONS.includes(action)) {
      throw failure("redact.no-key", { what: `${name}=${action}` });
    }
    return new Replacer(action, key);
  });
  return { hunters, replacers };
}

async function keysOf({ keyFile, keyEnv }: RedactValues, io: StageIo): Promise<readonly KeyText[]> {
  if (keyFile !== undefined) return readKeys((await io.readSecret(keyFile)).toString("utf8"), keyFile);
  if (keyEnv === undefined) return [];
  const text = io.environment(keyEnv);
  if (text === undefined || text === "")
    throw VARIABLE.test(keyEnv)
      ? failure("redact.no-key", { what: `--key-env ${keyEnv}` })
      : failure("redact.no-variable", {});
  return readKeys(text.replaceAll(",", "\n"), `$${keyEnv}`);
}

function huntersOf(options: RedactValues, allow: readonly string[]): readonly RedactRule[] {
  const wanted = wantedNames(options.detect);
  const isAllowed = allowList(allow);
  const hunters: RedactRule[] = [];
  if (wanted.has(FIELD_DETECTOR)) hunters.push(fieldHunter(options.fields, isAllowed));
  if (options.pattern.length > PATTERNS_MAX) {
    const reason = `there are more than ${PATTERNS_MAX} patterns`;
    throw failure("usage.bad-value", { option: "--pattern", value: options.pattern[PATTERNS_MAX]!, reason });
  }
  for (const text of options.pattern) hunters.push(patternHunter(text, isAllowed));
  for (const detector of DETECTORS) if (wanted.has(detector.name)) hunters.push(builtIn(detector, isAllowed));
  return hunters;
}

function builtIn(detector: Detector, isAllowed: RedactRule["isAllowed"]): RedactRule {
  return { ...detector, isFieldRule: false, isAllowed };
}

function fieldHunter(more: readonly string[], isAllowed: RedactRule["isAllowed"]): RedactRule {
  const bad = more.find((name) => name.split("*").length > 3 || /^[*\s]*$/.test(name));
  if (bad !== undefined || more.length > FIELDS_MAX) {
    const reason =
      bad === undefined ? `there are more than ${FIELDS_MAX} names` : "a name has letters and at most two *";
    throw failure("usage.bad-value", { option: "--fields", value: bad ?? more[FIELDS_MAX]!, reason });
  }
  const rules = new FieldRules([...FIELD_NAMES, ...more]);
  return {
    name: FIELD_DETECTOR,
    label: "REDACTED",
    isFieldRule: true,
    ...(rules.words === undefined ? { wantsStrings: true } : { words: rules.words }),
    matchesName: (name) => rules.matches(name),
    fieldValue: hiddenValue,
    isAllowed,
  };
}

function patternHunter(text: string, isAllowed: RedactRule["isAllowed"]): RedactRule {
  const { name, literal, findAll } = readUserPattern(text);
  return {
    name,
    label: name.toUpperCase(),
    isFieldRule: false,
    ...(literal === undefined ? { wantsStrings: true } : { literals: [literal] }),
    findAll,
    isAllowed,
  };
}

/** `email,-ip,secrets` to names. Nothing, or only names with a minus: the defaults. */
function wantedNames(list: readonly string[]): ReadonlySet<string> {
  const groups: Readonly<Record<string, readonly string[]>> = {
    default: [FIELD_DETECTOR, ...DETECTORS.filter((d) => d.isDefault).map((d) => d.name)],
    all: [FIELD_DETECTOR, ...DETECTORS.map((d) => d.name)],
    none: [],
    secrets: [FIELD_DETECTOR, ...DETECTORS.filter((d) => d.group === "secrets").map((d) => d.name)],
    personal: DETECTORS.filter((d) => d.group === "personal").map((d) => d.name),
  };
  const isOnlyLess = list.every((text) => text.startsWith("-"));
  const wanted = new Set(isOnlyLess ? groups["default"] : []);
  for (const text of list) {
    const name = text.replace(/^[-+]/, "");
    const names = Object.hasOwn(groups, name) ? groups[name]! : [known(name, "--detect", text)];
    for (const one of names)
      if (text.startsWith("-")) wanted.delete(one);
      else wanted.add(one);
  }
  return wanted;
}

function known(name: string, option: string, value: string): string {
  const names = [FIELD_DETECTOR, ...DETECTORS.map((detector) => detector.name)];
  if (names.includes(name)) return name;
  const groups = option === "--detect" ? ["default", "all", "secrets", "personal", "none"] : [];
  throw failure("usage.bad-value", {
    option,
    value,
    reason: "there is no such detector",
    suggestion: suggest(name, [...names, ...groups]),
    hint: `detectors: ${names.join(", ")}${groups.length > 0 ? `; groups: ${groups.join(", ")}` : ""}`,
  });
}

/** By name of detector; "": of all others. */
function actionsOf(
  texts: readonly string[],
  hunters: readonly RedactRule[],
): ReadonlyMap<string, RedactAction> {
  const actions = new Map<string, RedactAction>();
  for (const text of texts) {
    const split = text.indexOf("=");
    const name = split < 0 ? "" : text.slice(0, split);
    const action = text.slice(split + 1) as RedactAction;
    if (!ACTIONS.includes(action)) {
      const suggestion = suggest(action, ACTIONS);
      const hint = `one of: ${ACTIONS.join(", ")}`;
      throw failure("usage.bad-value", {
        option: "--action",
        value: text,
        reason: "there is no such action",
        suggestion,
        hint,
      });
    }
    if (name !== "" && !hunters.some((hunter) => hunter.name === name)) known(name, "--action", text);
    actions.set(name, action);
  }
  return actions;
}
