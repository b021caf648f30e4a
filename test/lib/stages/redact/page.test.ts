import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { DETECTORS } from "../../../../src/lib/stages/redact/detectors/index.js";
import { FIELD_NAMES } from "../../../../src/lib/stages/redact/find/field-rules.js";
import { ROOT } from "../../../support/logpipe.js";

const PAGE = join(ROOT, "docs/redaction.md");
const BETWEEN = /(<!-- detectors: [\s\S]*?-->\n)[\s\S]*?(<!-- \/detectors -->)/;
const NAMES = /(one of these: )[\s\S]*?(\. Case and)/;

function table(): string {
  const rows = DETECTORS.map(({ name, group, label, summary, isDefault }) => {
    const groups = group === "ids" ? "" : group;
    return `| \`${name}\` | ${summary.replace(/[«»]/g, "")} | \`[${label}]\` | ${groups} | ${isDefault ? "yes" : "no"} |\n`;
  });
  const field =
    "| `field` | values of fields with telling names, see below | `[REDACTED]` | secrets | yes |\n";
  return `\n| detector | finds | label | group | by default |\n|---|---|---|---|---|\n${field}${rows.join("")}\n`;
}

it("the page lists the detectors and the names of fields as they are", () => {
  const page = readFileSync(PAGE, "utf8");
  const names = FIELD_NAMES.map((name) => `\`${name}\``).join(", ");
  const wanted = page
    .replace(BETWEEN, (_, before: string, after: string) => `${before}${table()}${after}`)
    .replace(NAMES, (_, before: string, after: string) => `${before}${names}${after}`);
  if (process.env["UPDATE"] === "1") writeFileSync(PAGE, wanted);
  else expect(page).toBe(wanted);
});
