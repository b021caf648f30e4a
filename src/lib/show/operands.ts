/** Which operands are files, patterns and directories, and which are conditions of fields. */
import { lstat } from "node:fs/promises";
import { systemPath } from "../base/local/byte-name.js";
import { isGlob } from "../sources/files/glob.js";
import { type FieldCondition, fieldConditionOf } from "./conditions.js";

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
    if (condition === undefined || (await isThere(operand))) paths.push(operand);
    else conditions.push(condition);
  }
  return { paths, conditions };
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
