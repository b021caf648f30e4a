/** The README's list of formats is that of the registry. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { formats } from "../../../src/lib/format/registry.js";

const PAGE = join(import.meta.dirname, "../../../README.md");
const SECTION = /(<!-- formats: .*-->\n)[\s\S]*?(<!-- \/formats -->)/;

it("README.md lists the formats", () => {
  const page = readFileSync(PAGE, "utf8");
  const rows = formats.map(
    ({ name, summary, auto }) => `| \`${name}\`${auto ? "" : " (by name)"} | ${summary} |`,
  );
  const table = `| format | lines |\n|---|---|\n${rows.join("\n")}`;
  const wanted = page.replace(SECTION, (_all, start: string, end: string) => `${start}\n${table}\n\n${end}`);
  if (process.env["UPDATE"] !== undefined) writeFileSync(PAGE, wanted);
  else expect(page).toBe(wanted);
});
