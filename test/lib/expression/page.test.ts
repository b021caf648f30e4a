import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { FUNCTION_GROUPS } from "../../../src/lib/expression/functions/index.js";
import { MACROS } from "../../../src/lib/expression/macros.js";

const PAGE = join(import.meta.dirname, "../../../docs/expressions.md");

interface Row {
  readonly name: string;
  readonly takes: string;
  readonly summary: string;
  readonly examples: readonly { readonly expression: string; readonly result: string | undefined }[];
}

it("docs/expressions.md lists all functions", () => {
  const page = readFileSync(PAGE, "utf8");
  const functions = FUNCTION_GROUPS.map(
    (group) =>
      `**${group.title}**\n\n${tableOf(group.functions.map((f) => ({ ...f, call: `${f.name}(${f.takes})` })))}`,
  );
  const macros = tableOf(
    MACROS.map((m) => ({ ...m, call: m.takes.replace("list, ", `list.${m.name}(`).concat(")") })),
  );
  const wanted = filled(filled(page, "functions", functions.join("\n")), "macros", macros);
  if (process.env["UPDATE"] !== undefined) writeFileSync(PAGE, wanted);
  else expect(page).toBe(wanted);
});

function filled(page: string, name: string, text: string): string {
  const section = new RegExp(`(<!-- ${name}: .*-->\n)[\\s\\S]*?(<!-- /${name} -->)`);
  return page.replace(section, (_all, start: string, end: string) => `${start}\n${text}\n${end}`);
}

function tableOf(rows: readonly (Row & { readonly call: string })[]): string {
  const lines = rows.map(
    ({ call, summary, examples }) =>
      `| \`${call}\` | ${summary} | ${examples.map(exampleText).join("<br>")} |`,
  );
  return `| | | for example |\n|---|---|---|\n${lines.join("\n")}\n`;
}

function exampleText({ expression, result }: Row["examples"][number]): string {
  const value = result === undefined ? "has no value" : `is \`${escaped(result)}\``;
  return `\`${escaped(expression)}\` ${value}`;
}

function escaped(text: string): string {
  return text.replaceAll("|", "\\|");
}
