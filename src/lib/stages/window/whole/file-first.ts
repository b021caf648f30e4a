/** `stats app.log`, `top app.log`: a file stands where what is asked for should. */
import { existsSync } from "node:fs";
import { failure } from "../../../base/errors/index.js";
import { quotedForShell } from "../../../sources/files/shell.js";

/**
 * Throws usage.missing-operand, which shows the command line with `example` before the file. No aggregate, and hardly
 * a field, is called as a file that is there, with a dot or a slash.
 */
export function checkNoFileFirst(
  command: string,
  operand: string,
  example: string,
  operands: readonly string[],
): void {
  const [first = ""] = operands;
  if (!/^[^\s()]*[./][^\s()]*$/.test(first) || !existsSync(first)) return;
  const hint = `${first} is a file: logpipe ${command} ${quotedForShell(example)} ${quotedForShell(first)}`;
  throw failure("usage.missing-operand", { command, operand, hint });
}
