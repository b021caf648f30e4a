/** What takes the place of what was found. */
import { assert } from "../../base/assert.js";
import type { Key } from "./keys.js";

export const ACTIONS = ["label", "mask", "partial", "drop", "hash", "encrypt"] as const;
export type RedactAction = (typeof ACTIONS)[number];

/** Actions that need a key. */
export const KEYED_ACTIONS: readonly RedactAction[] = ["hash", "encrypt"];

/** What an encrypted value is a part of: how `reveal` puts it back. */
export const ENCRYPTED_TEXT = 0;
/** A whole JSON value: it goes back with its quotes, or without. */
export const ENCRYPTED_TOKEN = 1;
/** A piece of a JSON string that is written with escapes. */
export const ENCRYPTED_ESCAPED = 2;

export interface FoundValue {
  /** What it says, as bytes, one a character. */
  readonly value: string;
  /** How it is written; the whole JSON value when it is one. */
  readonly raw: string;
  readonly form: typeof ENCRYPTED_TEXT | typeof ENCRYPTED_TOKEN | typeof ENCRYPTED_ESCAPED;
  readonly label: string;
  readonly normal: ((value: string) => string) | undefined;
}

const REMEMBERED_MAX = 8192;
const SHOWN = 4;

/** One detector's action. Hashes and encryptions of the last few thousand values are remembered: values repeat. */
export class Replacer {
  readonly action: RedactAction;
  private readonly key: Key | undefined;
  private readonly remembered = new Map<string, string>();

  constructor(action: RedactAction, key: Key | undefined) {
    assert(key !== undefined || !KEYED_ACTIONS.includes(action), "an action without its key");
    this.action = action;
    this.key = key;
  }

  /** Bytes, one a character, that need no escape in JSON but for those of `partial`. */
  replace(found: FoundValue): string {
    switch (this.action) {
      case "label":
        return `[${found.label}]`;
      case "mask":
        return "***";
      case "partial":
        return partial(found.value);
      case "drop":
        return "";
      default:
        return this.keyed(found);
    }
  }

  private keyed(found: FoundValue): string {
    const { form, label, value } = found;
    const by = this.action === "hash" ? `${label} ${value}` : `${form}${label} ${found.raw}`;
    const known = this.remembered.get(by);
    if (known !== undefined) return known;
    const made = this.action === "hash" ? hashed(found, this.key!) : encrypted(found, this.key!);
    if (this.remembered.size >= REMEMBERED_MAX) this.remembered.clear();
    if (by.length <= 512) this.remembered.set(by, made);
    return made;
  }
}

/** The last four characters, behind three stars; nothing of what has fewer than twelve. */
function partial(value: string): string {
  const text = isAscii(value) ? value : Buffer.from(value, "latin1").toString("utf8");
  const characters = text.length > 64 ? [...text.slice(-64)] : [...text];
  if (text.length < 3 * SHOWN) return "***";
  const shown = characters.slice(-SHOWN).join("");
  return `***${isAscii(shown) ? shown : Buffer.from(shown).toString("latin1")}`;
}

function hashed({ value, label, normal }: FoundValue, key: Key): string {
  return `[${label}:${key.id}:${key.hash(Buffer.from(normal?.(value) ?? value, "latin1"))}]`;
}

function encrypted({ raw, form }: FoundValue, key: Key): string {
  return `[enc:${key.id}:${key.encrypt(Buffer.concat([Buffer.of(form), Buffer.from(raw, "latin1")]))}]`;
}

function isAscii(text: string): boolean {
  return !BEYOND_ASCII.test(text);
}

const BEYOND_ASCII = /[^\x00-\x7f]/;
