import { seesPlainMarks } from "../../text/typography.js";
import { endOf, isWordAt } from "../detector.js";

/** Length by country: the IBAN registry of SWIFT (ISO 13616), release 99. */
const LENGTHS: Readonly<Record<string, number>> = Object.fromEntries(
  (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 " +
    "FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 " +
    "LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 " +
    "SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30"
  )
    .split(" ")
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

export const iban = seesPlainMarks({
  name: "iban",
  summary: "bank accounts (IBAN): length of the country and checksum are right",
  label: "IBAN",
  isDefault: true,
  group: "personal",
  shapes: ["iban"],
  find(text, at) {
    const length = LENGTHS[text.slice(at, at + 2).toUpperCase()];
    if (length === undefined || (at > 0 && isWordAt(text, at - 1))) return undefined;
    const separator = text.charAt(at + 4);
    const isGrouped = separator === " " || separator === "-";
    const end = at + length + (isGrouped ? Math.ceil(length / 4) - 1 : 0);
    const written = text.slice(at, end);
    if (end > text.length || endOf(WORD, text, end) >= 0) return undefined;
    if (isGrouped && !isInFours(written, separator)) return undefined;
    const account = isGrouped ? written.replaceAll(separator, "") : written;
    return isAccount(account) && hasChecksum(account.toUpperCase()) ? { start: at, end } : undefined;
  },
  isOftenId: true,
  normal: (value) => value.replace(/[^A-Za-z0-9]/g, "").toUpperCase(),
  positives: [
    "to «DE89370400440532013000» today",
    "«GB82 WEST 1234 5698 7654 32»",
    "«FR14-2004-1010-0505-0001-3M02-606».",
    "iban=«NO9386011117947»,",
    "«BE68 5390 0754 7034» X",
    "iban=«de89370400440532013000», «gb82 west 1234 5698 7654 32»",
    "IBAN:\u00a0«DE89\u00a03704\u00a00044\u00a00532\u00a00130\u00a000»",
    "«GB82\u202fWEST\u202f1234\u202f5698\u202f7654\u202f32»\u00a0ok",
  ],
  negatives: [
    "DE89370400440532013001",
    "DE8937040044053201300",
    "XX82WEST12345698765432",
    "ADE89370400440532013000",
    "DE89370400440532013000A",
    "SKU GB12 ABCD",
    "de89370400440532013001",
    "span ba3912ab34cd56ef7890",
  ],
});

/**
 * In small letters what begins like the hexadecimal digits of an id is one, unless there are digits alone behind it.
 */
const ACCOUNT = /^(?:[A-Z0-9]+|(?![a-f]{2})[a-z0-9]+|[a-f]{2}\d+|[A-Z][a-z]\d+)$/;

function isAccount(account: string): boolean {
  return ACCOUNT.test(account);
}

const WORD = /[\w\x80-\xff]/y;

function isInFours(written: string, separator: string): boolean {
  for (let i = 4; i < written.length; i += 5) if (written.charAt(i) !== separator) return false;
  return true;
}

/** ISO 7064 MOD 97-10, as in ISO 13616-1. */
function hasChecksum(account: string): boolean {
  let rest = 0;
  for (const c of account.slice(4) + account.slice(0, 4)) {
    const value = c <= "9" ? c.charCodeAt(0) - 0x30 : c.charCodeAt(0) - 0x37;
    rest = (value < 10 ? rest * 10 + value : rest * 100 + value) % 97;
  }
  return rest === 1;
}
