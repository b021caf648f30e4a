/** Which operands are files, patterns and directories, and which are conditions of fields. */
import { lstat } from "node:fs/promises";
import { failure } from "../base/errors/index.js";
import { systemPath } from "../base/local/byte-name.js";
import { isGlob } from "../sources/files/glob.js";
import { checkFieldCondition, type FieldCondition, fieldConditionOf } from "./conditions.js";

export interface ReadOperands {
  /** As they were given. */
  readonly paths: readonly string[];
  readonly conditions: readonly FieldCondition[];
}

/** A file of that name is a file, whatever signs are in the name; `./a=b` is always one. */
export async function readOperands(operands: readonly string[]): Promise<ReadOperands> {
  const paths: string[] = [];
  const conditions: FieldCondition[] = [];
  for (const operand of operands) {
    const condition =
      operand.includes("/") && !/[=~<>]/.test(operand) ? undefined : fieldConditionOf(operand);
    if (await isThere(operand)) paths.push(operand);
    else if (condition === undefined) {
      checkPath(operand);
      paths.push(operand);
    } else {
      checkFieldCondition(operand, condition);
      conditions.push(condition);
    }
  }
  return { paths, conditions };
}

/** Throws usage.bad-value for what no file is called so: before anything is shown that nobody asked for. */
function checkPath(operand: string): void {
  const option = "FILE";
  const reason = "there is no such file";
  if (/^\d+$/.test(operand)) {
    const hint = `the last ${operand} events: --tail ${operand} (-n is --dry-run)`;
    throw failure("usage.bad-value", { option, value: operand, reason, hint });
  }
  if (isGlob(operand) || !/[^\\]\s|[()]/.test(operand)) return;
  const hint = "a condition is NAME=VALUE or --where 'EXPR'; a text is looked for by --grep TEXT";
  throw failure("usage.bad-value", { option, value: operand, reason, hint });
}

/** Whether an operand is what can be shown: a file, a directory, a pattern. */
export async function isShowable(operand: string): Promise<boolean> {
  return operand === "-" || (await isThere(operand)) || (isGlob(operand) && !/\s/.test(operand));
}

/** A link that leads nowhere or in a circle is there, too: reading it says so. */
async function isThere(path: string): Promise<boolean> {
  return lstat(systemPath(path)).then(
    () => true,
    () => false,
  );
}
