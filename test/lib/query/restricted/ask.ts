/** Asks a restricted query, and gives back what it wrote. */
import { expect } from "vitest";
import { LogpipeError } from "../../../../src/lib/base/errors/index.js";
import {
  type AskOptions,
  askRestricted,
  type RestrictedQuestion,
} from "../../../../src/lib/query/restricted/ask.js";

export async function ask(
  sql: string,
  more: Partial<RestrictedQuestion> = {},
  options: Partial<AskOptions> = {},
) {
  let text = "";
  const question = { sql, inputs: [], range: {}, format: "ndjson" as const, isStoreOptional: true, ...more };
  const write = async (data: Buffer) => {
    text += data.toString();
    return true;
  };
  const asked = await askRestricted(question, { write, ...options });
  return { text, ...asked };
}

export async function failureOf(sql: string, more: Partial<RestrictedQuestion> = {}): Promise<LogpipeError> {
  try {
    await ask(sql, more);
  } catch (error) {
    expect(error).toBeInstanceOf(LogpipeError);
    return error as LogpipeError;
  }
  return expect.fail(`was answered: ${sql.slice(0, 100)}`);
}
