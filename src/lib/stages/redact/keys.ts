/**
 * Keys for hashing and encrypting. One a line, `ID SECRET`, the one in use first; the others open what they once
 * closed. Blank lines and lines that begin with "#" do not count. The secret is any text of at least 32 characters:
 * `openssl rand -hex 32`.
 */
import { createHmac, hkdfSync } from "node:crypto";
import { failure } from "../../base/errors/index.js";
import { Siv } from "./siv.js";

const SECRET_MIN = 32;
const ID = /^[A-Za-z0-9_-]{1,32}$/;
const TAG_HEX = 32;

/** Plain data, as it is read from a file or the environment. */
export interface KeyText {
  readonly id: string;
  readonly secret: string;
}

/** Throws redact.bad-keys. `source` says where the text is from; what is in it is never said. */
export function readKeys(text: string, source: string): readonly KeyText[] {
  const keys: KeyText[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const trimmed = line.trim();
    if (trimmed === "" || trimmed.startsWith("#")) continue;
    const place = `${source}:${index + 1}`;
    const [id = "", secret, more] = trimmed.split(/\s+/);
    if (secret === undefined || more !== undefined || !ID.test(id)) {
      throw failure("redact.bad-keys", { place, reason: "this is not an id and a secret" });
    }
    if (secret.length < SECRET_MIN) {
      throw failure("redact.bad-keys", {
        place,
        reason: `the secret is shorter than ${SECRET_MIN} characters`,
      });
    }
    if (keys.some((key) => key.id === id)) {
      throw failure("redact.bad-keys", { place, reason: `the id "${id}" is there already` });
    }
    keys.push({ id, secret });
  }
  if (keys.length === 0) throw failure("redact.bad-keys", { place: source, reason: "there is no key in it" });
  return keys;
}

/**
 * A key at work. What hashes and what encrypts are different keys, both derived from the secret (HKDF-SHA-256, RFC
 * 5869).
 */
export class Key {
  readonly id: string;
  private readonly hashKey: Buffer;
  private readonly siv: Siv;

  constructor({ id, secret }: KeyText) {
    this.id = id;
    this.hashKey = derived(secret, "logpipe redact hash 1", 32);
    this.siv = new Siv(derived(secret, "logpipe redact encrypt 1", 64));
  }

  /** The first 128 bits of HMAC-SHA-256, as hexadecimal digits. */
  hash(value: Buffer): string {
    return createHmac("sha256", this.hashKey).update(value).digest("hex").slice(0, TAG_HEX);
  }

  encrypt(plain: Buffer): string {
    return this.siv.seal(plain).toString("base64url");
  }

  /** Undefined when it was not encrypted with this key. */
  decrypt(text: string): Buffer | undefined {
    return this.siv.open(Buffer.from(text, "base64url"));
  }
}

function derived(secret: string, purpose: string, bytes: number): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, "", purpose, bytes));
}
