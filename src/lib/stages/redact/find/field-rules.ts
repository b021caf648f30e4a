/** Names of fields whose values are secret, whatever they are: `password`, `authorization`, `*_token`, at any depth. */

import { unescaped } from "../../../json/escapes.js";
import { isPlaceholder } from "../detectors/detector.js";

/** "*" stands for anything; case, "_", "-", "." and blanks make no difference. */
export const FIELD_NAMES: readonly string[] = (
  "*password *passwd *passphrase pwd pass db_pass user_pass smtp_pass root_pass admin_pass *secret *secret_key *token bearer *authorization *auth_key *api_key *access_key " +
  "*private_key encryption_key signing_key account_key *credential *credentials *cookie connection_string cvv cvc " +
  "card_number ssn social_security_number requirepass masterauth"
).split(" ");

/**
 * Names that count as the last word of others, too: `ldap_pass`, `dbPwd`, `card.cvv`; `bypass` and `classn` are words
 * of their own.
 */
const LAST_WORDS =
  /(?:^|[^A-Za-z0-9])(?:[Pp]ass|PASS|[Pp]wd|PWD|[Cc]vv|CVV|[Cc]vc|CVC|[Ss]sn|SSN)$|[a-z0-9](?:Pass|PASS|Pwd|PWD|Cvv|CVV|Cvc|CVC|Ssn|SSN)$/;
/** Suffixes with which the name of a secret is still one: `password_confirmation`, `token2`, `client_secret_old`. */
const ENDINGS =
  /(?:[-_. ]?(?:confirmation|confirmed|confirm|again|repeated|repeat|retype|verify|verification|new|old|current|previous|plaintext|plain|cleartext|hash|digest|value|text|raw|encrypted|base64|b64))?[-_. ]?\d{0,3}$/i;

/** How many names are remembered as matching or not. */
const KNOWN_MAX = 4096;

export class FieldRules {
  private readonly exact = new Set<string>();
  private readonly patterns: readonly RegExp[];
  /** Those that also match with an ending. */
  private readonly builtIn: readonly RegExp[];
  private readonly known = new Map<string, boolean>();
  /** A plain piece of each name: what the kernel looks for. Undefined: some name has none of three letters. */
  readonly words: readonly string[] | undefined;

  constructor(names: readonly string[]) {
    const patterns: RegExp[] = [];
    const words: string[] = [];
    for (const name of names) {
      const plain = normalName(name);
      if (plain.includes("*")) patterns.push(globOf(plain));
      else this.exact.add(plain);
      words.push(tellingPiece(name));
    }
    this.patterns = patterns;
    this.builtIn = FIELD_NAMES.map((name) => globOf(normalName(name)));
    this.words = words.some((word) => word.length < 3) ? undefined : shortest(words);
  }

  private matchesBuiltIn(name: string): boolean {
    if (LAST_WORDS.test(name)) return true;
    const plain = normalName(name);
    return plain !== "" && this.builtIn.some((pattern) => pattern.test(plain));
  }

  /** `name` is a key as bytes, one a character. */
  matches(name: string): boolean {
    let isMatch = this.known.get(name);
    if (isMatch === undefined) {
      const plain = normalName(name.slice(0, 256));
      isMatch = this.exact.has(plain) || this.patterns.some((pattern) => pattern.test(plain));
      isMatch ||= this.matchesBuiltIn(name.slice(0, 256).replace(ENDINGS, ""));
      if (this.known.size >= KNOWN_MAX) this.known.clear();
      if (name.length <= 256) this.known.set(name, isMatch);
    }
    return isMatch;
  }
}

/**
 * What there is to hide in the JSON value [start, end): nothing in null, true, false, "" and what was redacted before.
 */
export function hiddenValue(bytes: Buffer, start: number, end: number): string | undefined {
  const first = bytes[start]!;
  if (first === 0x6e || first === 0x74 || first === 0x66) return undefined;
  if (first !== 0x22) return end - start > 2 || first >= 0x30 ? bytes.latin1Slice(start, end) : undefined;
  const raw = bytes.latin1Slice(start + 1, end - 1);
  const text = raw.includes("\\") ? unescaped(raw).text : raw;
  return text === "" || isPlaceholder(text) ? undefined : text;
}

function normalName(name: string): string {
  return name.toLowerCase().replace(/[-_. ]/g, "");
}

/** "*" becomes "anything". Names of keys are cut at 256 bytes and globs have at most two stars, so this is bounded. */
function globOf(glob: string): RegExp {
  const parts = glob.split(/\*+/).map((part) => part.replace(/[^a-z0-9]/g, "\\$&"));
  return new RegExp(`^${parts.join("[\\s\\S]*")}$`);
}

/** The last piece of three letters or more, for the last word of a name tells most. */
function tellingPiece(name: string): string {
  const pieces = name.toLowerCase().split(/[-_. *]+/);
  return pieces.findLast((piece) => piece.length >= 3) ?? "";
}

/** A word that contains another one is found by that. */
function shortest(words: readonly string[]): readonly string[] {
  const all = [...new Set(words)];
  return all.filter((word) => !all.some((other) => other !== word && word.includes(other)));
}
