import { detector, endOf, isWordAt } from "../detector.js";

/** Header and payload begin with `{"` in base64url; the signature may be empty (RFC 7519). */
const JWT = /eyJ[\w-]{8,}={0,2}\.eyJ[\w-]{4,}={0,2}\.[\w-]*/y;
/** With an encrypted payload: five parts (RFC 7516). */
const JWE = /eyJ[\w-]{8,}\.[\w-]*\.[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}/y;
/** The same encoded once more. */
const TWICE = /ZXlK[\w/+-]{40,}={0,2}/y;

export const jwt = detector({
  name: "jwt",
  summary: "JSON web tokens, signed or encrypted, also in base64 once more",
  label: "JWT",
  isDefault: true,
  group: "secrets",
  prefixes: ["eyJ", "ZXlK"],
  find(text, at) {
    if (at > 0 && (isWordAt(text, at - 1) || /[-.+/]/.test(text.charAt(at - 1)))) return undefined;
    let end = endOf(JWE, text, at);
    if (end < 0) end = endOf(JWT, text, at);
    if (end < 0) end = endOf(TWICE, text, at);
    return end < 0 ? undefined : { start: at, end };
  },
  positives: [
    "token «eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJlMTIz»",
    "«eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.»",
    "a=«eyJhbGciOiJkaXIifQ..aXZpdml2aXZpdml2.Y2lwaGVydGV4dA.dGFndGFndGFn»;",
  ],
  negatives: [
    "eyJhbGciOiJIUzI1NiJ9",
    "eyJ.eyJ.eyJ",
    "heyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2ln",
    "eyJhbGciOiJIUzI1NiJ9.abc.def",
  ],
});
