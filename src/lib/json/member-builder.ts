import { quote } from "./quote.js";

/** Builds members as JSON text, `"a":1,"b":"x"`. */
export class MemberBuilder {
  private out = "";

  text(name: string, value: string | undefined): void {
    if (value !== undefined && value !== "") this.json(name, quote(value));
  }

  number(name: string, value: unknown): void {
    if (typeof value === "number" && Number.isFinite(value)) this.json(name, String(value));
  }

  /** The caller vouches for the text. */
  json(name: string, raw: string): void {
    this.out += `${this.out === "" ? "" : ","}${quote(name)}:${raw}`;
  }

  toString(): string {
    return this.out;
  }
}

/** `FIELD` or `FIELD=NAME`: where an enricher looks, and what its own names begin with. */
export interface FieldPrefix {
  readonly field: string;
  readonly prefix: string;
}

export function readFieldPrefix(text: string, prefix: string): FieldPrefix {
  const split = text.indexOf("=");
  return split < 1 ? { field: text, prefix } : { field: text.slice(0, split), prefix: text.slice(split + 1) };
}
