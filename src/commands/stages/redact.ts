import { countOf } from "../../lib/base/size.js";
import { flag, list, path, text } from "../../lib/options/options.js";
import { fieldList } from "../../lib/options/stream.js";
import { stage } from "../../lib/pipeline/contract/stage.js";
import { auditText } from "../../lib/stages/redact/audit.js";
import { Explainer } from "../../lib/stages/redact/explainer.js";
import { Key } from "../../lib/stages/redact/keys.js";
import { letterScreen } from "../../lib/stages/redact/letter-screen.js";
import { Redactor } from "../../lib/stages/redact/redactor.js";
import { Revealer } from "../../lib/stages/redact/revealer.js";
import {
  openRedactResources,
  type RedactResources,
  ruled,
  settle,
} from "../../lib/stages/redact/settings.js";

export default stage({
  name: "redact",
  summary: "find secrets and personal data, and hide them",
  details: `Looks through every string, key and number of every event, at any depth, and replaces what it finds; every other byte stays as
it is. Without options it looks for e-mail and IP addresses, payment cards, IBANs, US social security numbers, telephone numbers, JSON
web tokens, private keys, credentials of headers and URLs, keys and tokens of clouds and services, secrets beside telling names, and hides the
values of fields with such names (\`password\`, \`authorization\`, \`*_token\`). [redaction.md](../redaction.md) lists the
detectors with what each finds and misses.

**Actions.** \`label\` puts the detector's label in its place (\`[EMAIL]\`), \`mask\` three stars, \`partial\` three stars and the last four
characters, \`drop\` takes the whole field away, \`hash\` puts a keyed hash (HMAC-SHA-256), so that values still join, and \`encrypt\` what
\`--reveal\` turns back. \`--action hash\` is for all detectors, \`--action email=hash,card=partial\` for these.

**Keys** come from a file (\`--key-file\`) or an environment variable (\`--key-env\`), never from the command line: lines of an id and a secret, the
one in use first. The id is in what is hashed or encrypted, and the others still reveal.

A line that is no JSON object is set aside, and kept with what was found in it hidden, or not kept where it cannot be looked through;
\`--text\` takes lines of any text.`,
  operands: [
    {
      name: "FILE",
      isLocal: true,
      summary: "files of events to read; none or `-`: standard input",
      isRepeated: true,
    },
  ],
  options: {
    detect: fieldList({
      fromProject: "consent",
      metavar: "LIST",
      summary:
        "detectors or groups (default, all, secrets, personal, none), with a minus in front to leave one out",
    }),
    action: fieldList({
      fromProject: "consent",
      metavar: "LIST",
      summary: "what to do: label, mask, partial, drop, hash or encrypt; for one detector: email=hash",
    }),
    fields: fieldList({
      fromProject: "consent",
      metavar: "NAMES",
      summary: "more names of fields to hide, * for anything: pin,*_secret_id",
    }),
    pattern: list({
      fromProject: "consent",
      metavar: "NAME=REGEX",
      summary: "a detector of your own, in the syntax of RE2 (again for more)",
    }),
    allow: list({
      fromProject: "consent",
      metavar: "VALUE",
      summary:
        "what is never redacted: a value, /a pattern/, a network like 10.0.0.0/8, or @FILE of such lines (again for more)",
    }),
    keyFile: path({
      fromProject: "consent",
      metavar: "FILE",
      summary: "keys to hash and encrypt with: lines of an id and a secret; `-`: standard input",
    }),
    keyEnv: text({
      fromProject: "consent",
      metavar: "NAME",
      summary: "the environment variable with the keys, commas between the lines",
    }),
    reveal: flag({ fromProject: "consent", summary: "put back what was encrypted" }),
    text: flag({ fromProject: "consent", summary: "the lines are text, not events" }),
    explain: flag({
      fromProject: "consent",
      summary: "print what would be found, where and what would be done, instead of the events",
    }),
    audit: path({
      fromProject: "consent",
      metavar: "FILE",
      summary: "write how often each detector found something in which field; `-`: standard error",
    }),
    failClosed: flag({
      fromProject: "consent",
      summary:
        "let out and keep nothing that could not be looked through: such strings of events become [WITHHELD]",
      advanced: true,
    }),
  },
  examples: [
    {
      title: "Hide what should not leave",
      command: "redact",
      stdin: '{"message":"mail from ada@example.com","card":4111111111111111,"password":"hunter2"}\n',
      stdout: '{"message":"mail from [EMAIL]","card":"[CARD]","password":"[REDACTED]"}\n',
    },
    {
      title: "Keep the end of cards, drop secrets, leave addresses alone",
      command: "redact --detect default,-ip --action card=partial,field=drop",
      stdin: '{"client":"203.0.113.7","note":"paid with 4111 1111 1111 1111","api_key":"k-1"}\n',
      stdout: '{"client":"203.0.113.7","note":"paid with ***1111"}\n',
    },
    {
      title: "See what would be found",
      command: "redact --explain",
      stdin: '{"user":{"mail":"ada@example.com"}}\n',
      stdout:
        '{"detector":"email","line":1,"column":18,"bytes":15,"field":"user.mail","action":"label","preview":"a***m"}\n',
    },
    {
      title: "Lines that are no events, and a pattern of your own",
      command: "redact --text --pattern order=ORD-[0-9]+",
      stdin: "order ORD-2291 by ada@example.com\n",
      stdout: "order [ORDER] by [EMAIL]\n",
    },
    { title: "Hash, so that values still join", command: "redact --action hash --key-file keys app.ndjson" },
  ],
  input: "events",
  ownOperands: 0,
  isStateless: ({ options }) => !options.explain,
  open: ({ options }, io) => openRedactResources(options, io),
  check: ({ options }) => {
    // The action of a detector may need a key.
    if (options.reveal || options.keyFile !== undefined || options.keyEnv !== undefined) return;
    ruled(options, { keys: [], allow: options.allow.filter((text) => !text.startsWith("@")) });
  },
  create: ({ options }, context, opened) => {
    const resources = opened as RedactResources;
    const how = {
      isText: options.text,
      hasAudit: options.audit !== undefined,
      isClosed: options.failClosed,
    };
    if (options.reveal)
      return new Revealer(
        resources.keys.map((key) => new Key(key)),
        how,
        context,
      );
    const settled = settle(options, resources);
    return options.explain ? new Explainer(settled, how, context) : new Redactor(settled, how, context);
  },
  screen: ({ options }, opened) =>
    options.reveal ? undefined : letterScreen(options, opened as RedactResources),
  complaint: ({ options }, { not_revealed: count = 0 }) =>
    options.reveal && count > 0
      ? {
          text: `${countOf(count, "encrypted value")} could not be revealed: no key has ${count === 1 ? "its" : "their"} id, or the secret is another, or ${count === 1 ? "it was" : "they were"} changed`,
          help: "give the keys that it was encrypted with; such values are left as they are",
        }
      : undefined,
  report: ({ options }, counts) =>
    options.audit === undefined ? undefined : { path: options.audit, text: auditText(counts) },
});
