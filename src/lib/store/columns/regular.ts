/** Whether the objects of a key are regular enough for a struct column, judged by the first of them. */
import type { Files } from "../../base/files.js";
import { Kind } from "../../event/summary.js";
import { visitMembers } from "../../json/visit-members.js";
import { type EventFile, type KeySummary, keysOf } from "./events.js";
import { storedKey, type TableSchema, TIMESTAMP_KEY } from "./schema.js";
import type { LeafType, StructField } from "./structs.js";

/** Bytes of a block that are looked at: some hundred events. */
const SAMPLE_BYTES = 64 * 1024;
/** Values of a key that are looked at, */
const MOST_VALUES = 500;
/** of which this share must be objects of one and the same structure. */
const REGULAR_SHARE = 0.95;
/** Keys that are judged in one segment. */
const MOST_KEYS = 64;
const DEPTH_MAX = 4;
const FIELDS_MAX = 64;

/**
 * The fields of each new key with regular objects. Reads the start of the first block that has the key. Being wrong
 * costs little: an object that does not fit its struct is kept as JSON.
 */
export async function regularStructs(
  files: Files,
  file: EventFile,
  schema: TableSchema,
): Promise<Map<string, readonly StructField[]>> {
  const keys = keysOf(file.commits).filter(
    (key) => !schema.byKey.has(storedKey(schema, key.name)) && hasObjects(key),
  );
  const found = new Map<string, readonly StructField[]>();
  for (const [offset, names] of firstBlocks(file, keys.slice(0, MOST_KEYS))) {
    const values = await sampleValues(files, file.path, offset, names);
    for (const name of names) {
      const fields = commonFields(values.get(name) ?? []);
      if (fields !== undefined) found.set(name, fields);
    }
  }
  return found;
}

function hasObjects({ name, kinds }: KeySummary): boolean {
  return (kinds & Kind.object) !== 0 && name !== TIMESTAMP_KEY.key;
}

interface Span {
  readonly offset: number;
  readonly length: number;
}

/** The first block that has each key. */
function firstBlocks(file: EventFile, keys: readonly KeySummary[]): Map<Span, Set<string>> {
  const wanted = new Set(keys.map((key) => key.name));
  const blocks = new Map<Span, Set<string>>();
  for (const commit of file.commits) {
    if (wanted.size === 0) break;
    const names = commit.columns.map((column) => column.name).filter((name) => wanted.delete(name));
    if (names.length > 0) blocks.set(commit, new Set(names));
  }
  return blocks;
}

/** Raw texts of the values, by key, from the first lines of the block. */
async function sampleValues(
  files: Files,
  path: string,
  { offset, length }: Span,
  names: ReadonlySet<string>,
): Promise<Map<string, string[]>> {
  const handle = await files.open(path, "read");
  const bytes = await handle.read(offset, Math.min(length, SAMPLE_BYTES)).finally(() => handle.close());
  const end = bytes.lastIndexOf(10);
  const values = new Map<string, string[]>();
  for (const line of bytes.subarray(0, Math.max(0, end)).latin1Slice().split("\n")) {
    if (line.trim() === "") continue;
    visitMembers(line, (rawKey, value) => {
      if (value === "null") return;
      const name = JSON.parse(Buffer.from(rawKey, "latin1").toString("utf8")) as string;
      if (!names.has(name)) return;
      const known = values.get(name);
      if (known === undefined) values.set(name, [value]);
      else if (known.length < MOST_VALUES) known.push(value);
    });
  }
  return values;
}

/**
 * The fields of all values but a few odd ones; undefined when there is no such structure or a struct cannot have it.
 */
function commonFields(values: readonly string[]): readonly StructField[] | undefined {
  const votes = new Map<string, { fields: readonly StructField[]; count: number }>();
  for (const text of values) {
    const fields = text[0] === "{" ? fieldsOf(text, 1) : undefined;
    if (fields === undefined) continue;
    const signature = JSON.stringify(fields);
    const vote = votes.get(signature);
    if (vote === undefined) votes.set(signature, { fields, count: 1 });
    else vote.count++;
  }
  const [best] = [...votes.values()].sort((a, b) => b.count - a.count);
  if (best === undefined || best.count < values.length * REGULAR_SHARE) return undefined;
  return countLeaves(best.fields) <= FIELDS_MAX ? best.fields : undefined;
}

/** Names that every engine takes, whatever it does with case and quotes. */
const PLAIN_NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,119}$/;

function fieldsOf(object: string, depth: number): StructField[] | undefined {
  const fields: StructField[] = [];
  const names = new Set<string>();
  let isPlain = true;
  if (depth > DEPTH_MAX) return undefined;
  visitMembers(object, (rawKey, value) => {
    if (!isPlain) return;
    const name = rawKey.slice(1, -1);
    const type = value[0] === "{" ? fieldsOf(value, depth + 1) : leafType(value);
    isPlain = PLAIN_NAME.test(name) && !names.has(name.toLowerCase()) && type !== undefined;
    names.add(name.toLowerCase());
    if (type !== undefined) fields.push({ name, type });
  });
  return isPlain && fields.length > 0 ? fields : undefined;
}

function leafType(value: string): LeafType | undefined {
  const first = value[0];
  if (first === '"') return "string";
  if (first === "t" || first === "f") return "boolean";
  if (/^-?\d{1,18}$/.test(value)) return "integer";
  return /^-?\d+\.\d+/.test(value) ? "double" : undefined;
}

function countLeaves(fields: readonly StructField[]): number {
  return fields.reduce((sum, { type }) => sum + (typeof type === "string" ? 1 : countLeaves(type)), 0);
}
