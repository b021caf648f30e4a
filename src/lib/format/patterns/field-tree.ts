/** Captured texts as the members of an event, nested ones as objects. */
import { type EventWriter, quote } from "../../event/writer.js";
import type { GrokType } from "./grok/grok-definitions.js";
import type { GroupTexts } from "./group-texts.js";
import { booleanOrText, numberOrText, writeUserField } from "./user-fields.js";

/** Where a text goes: `["bytes"]`, `["http", "status"]`. */
export interface TreePlace {
  readonly path: readonly string[];
  readonly type: GrokType;
}

/** A field and what it holds: fields below it, or the texts that are captured for it. */
interface Field {
  readonly name: string;
  readonly texts: { readonly at: number; readonly type: GrokType }[];
  readonly children: Field[];
}

export class FieldTree {
  private readonly fields: Field[] = [];

  constructor(places: readonly TreePlace[]) {
    for (const [at, { path, type }] of places.entries()) {
      let level = this.fields;
      let field: Field | undefined;
      for (const name of path) {
        field = level.find((f) => f.name === name);
        if (field === undefined) level.push((field = { name, texts: [], children: [] }));
        level = field.children;
      }
      field?.texts.push({ at, type });
    }
  }

  /**
   * Writes the texts, in the order of the places. Empty and absent ones make no field; several for one field make an
   * array. `timestamp` and `level` are read as in `writeUserField`.
   */
  write(texts: GroupTexts, event: EventWriter, nowMs: number): void {
    for (const field of this.fields) {
      const only = field.children.length === 0 && field.texts.length === 1 ? field.texts[0] : undefined;
      if (only?.type !== "text") {
        writeOther(field, texts, event, nowMs);
        continue;
      }
      const text = texts[only.at];
      if (text !== undefined) writeUserField(field.name, text, event, nowMs);
    }
  }
}

function writeOther(field: Field, texts: GroupTexts, event: EventWriter, nowMs: number): void {
  const captured = field.texts.filter(({ at }) => texts[at]);
  const isPlain = field.children.length === 0 && captured.length === 1 && captured[0]!.type === "text";
  if (isPlain) {
    writeUserField(field.name, texts[captured[0]!.at]!, event, nowMs);
    return;
  }
  const json = jsonOf(field, texts);
  if (json !== undefined) event.json(field.name, json);
}

function jsonOf(field: Field, texts: GroupTexts): string | undefined {
  if (field.children.length > 0) {
    const members: string[] = [];
    for (const child of field.children) {
      const json = jsonOf(child, texts);
      if (json !== undefined) members.push(`${quote(child.name)}:${json}`);
    }
    return members.length === 0 ? undefined : `{${members.join(",")}}`;
  }
  const values: string[] = [];
  for (const { at, type } of field.texts) {
    const text = texts[at];
    if (text !== undefined && text !== "") values.push(READINGS[type](text));
  }
  return values.length > 1 ? `[${values.join(",")}]` : values[0];
}

const READINGS: Readonly<Record<GrokType, (text: string) => string>> = {
  text: quote,
  int: (text) => numberOrText(text, true),
  float: (text) => numberOrText(text, false),
  boolean: booleanOrText,
};
