/** Lines with secrets in every shape that a line can have: what a pipeline with `redact` must show to nobody. */
export const SECRETS: readonly string[] = [
  "Mark7x!Secret9",
  "ada.marker@example.org",
  `ghp_${"aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hJ6"}`,
  "4111111111111111",
];
const [PASSWORD, MAIL, TOKEN, CARD] = SECRETS as [string, string, string, string];

/** What `redact` finds as an event. */
export const events: readonly Buffer[] = Array.from({ length: 6 }, (_, n) =>
  Buffer.from(
    `{"timestamp":"2026-11-21T10:00:0${n}Z","service":"shop","n":${n},"user":{"mail":"${MAIL}","${TOKEN}":[{"password":"${PASSWORD}"}]},` +
      `"card":${CARD},"message":"mail of ada.mark\\u0065r@example.org, password=${PASSWORD}"}`,
  ),
);

/** What it finds in text as well as `--text` would. */
export const texts: readonly Buffer[] = [
  `login of ${MAIL} with password=${PASSWORD}`,
  `GET /?access_token=${TOKEN} paid with 4111 1111 1111 1111`,
  `Authorization: Bearer ${TOKEN}`,
  `connecting to postgres://ada:${PASSWORD}@db.internal/x`,
  `"${MAIL}"`,
  CARD,
].map((text) => Buffer.from(text));

/** What nobody can look through without knowing what it was meant to be. */
export const puzzles: readonly Buffer[] = [
  ...[
    `{"user":"${MAIL}","password":"${PASSWORD}"`,
    `{"password":"${PASSWORD}","n":}`,
    `{"auth":{"password":["${PASSWORD}",{"x":"${PASSWORD}"}]},`,
    `{"pwd":"${PASSWORD}"} trailing`,
    `{"${MAIL}":1,"${TOKEN}":`,
    `["${MAIL}","${PASSWORD}",{"password":"${PASSWORD}"}]`,
    `\ufeff{"pwd":"${PASSWORD}"`,
    `{"e":"ada.mark\\u0065r@example.org","pwd":"${PASSWORD}","bad":"\\q"}`,
    `app-1 | {"password":{"v":"${PASSWORD}"}}`,
    `pwd = "${PASSWORD}" and "password": {"a":"${PASSWORD}"}`,
    `cookie: a=${PASSWORD}; b=${PASSWORD}`,
    `password: \u001b[31m${PASSWORD}\u001b[0m`,
    `pass\u0000word=${PASSWORD}`,
    `MIIEpAIBAAKCAQEA${Buffer.from(PASSWORD.repeat(4)).toString("base64")}`,
    `${'{"a":'.repeat(600)}{"password":"${PASSWORD}"}${"}".repeat(600)}`,
  ].map((text) => Buffer.from(text)),
  Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(`caf\u00e9 of ${MAIL}, pwd ${PASSWORD}`, "latin1")]),
  Buffer.concat([Buffer.from(`{"password":"${PASSWORD}","x":"`), Buffer.from([0xff]), Buffer.from('"}')]),
  Buffer.from(`login ${MAIL} password=${PASSWORD}`, "utf16le"),
];

/** Longer than `--max-line-size 4KiB`, the secret on the border of a piece. */
export const long: Buffer = Buffer.from(
  `{"m":"${"x".repeat(4085)} password=${PASSWORD} ${MAIL} ${"y".repeat(5000)}"}`,
);

export function linesOf(...parts: readonly (readonly Buffer[])[]): Buffer {
  return Buffer.concat(parts.flat().flatMap((line) => [line, Buffer.from("\n")]));
}
