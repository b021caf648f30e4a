/**
 * Which files of a table may hold rows that satisfy a condition: by partition values, by statistics, by filter files.
 */
import type { Snapshot, TableFile } from "../delta/snapshot.js";
import type { TableStorage } from "../storage/storage.js";
import { Bloom, bloomKey, INDEX_DIRECTORY } from "./bloom.js";
import {
  type ColumnBounds,
  mayHaveNulls,
  mayHaveValues,
  partitionBounds,
  statisticsBounds,
} from "./bounds.js";
import type { ColumnComparison, Condition } from "./condition.js";

export interface Pruned {
  /** Files that may hold such rows, in their order. */
  readonly files: readonly TableFile[];
  readonly byPartition: number;
  readonly byStatistics: number;
  readonly byBloom: number;
  /** Bytes read of filter files. */
  readonly bloomBytes: number;
}

/** Leaves out files of the snapshot that surely have no row for which the condition is true. */
export async function prune(
  storage: TableStorage,
  { files: all, metadata }: Snapshot,
  condition: Condition,
): Promise<Pruned> {
  if (condition.kind === "any")
    return { files: all, byPartition: 0, byStatistics: 0, byBloom: 0, bloomBytes: 0 };
  const partitionColumns = new Set(metadata?.partitionColumns);
  const isOurDate = metadata?.schemaString.includes(OUR_TIMESTAMP) ?? false;
  const left = all.filter(
    testOf(condition, (leaf) => {
      if (leaf.kind !== "compare") return always;
      const { column, type } = leaf;
      return (file) => mayCompare(leaf, partitionBounds(file, column, type, partitionColumns, isOurDate));
    }),
  );
  const likely = left.filter(testOf(condition, statisticsTest));
  const probed = await probeFiles(storage, likely, condition);
  return {
    files: probed.files,
    byPartition: all.length - left.length,
    byStatistics: left.length - likely.length,
    byBloom: likely.length - probed.files.length,
    bloomBytes: probed.bytes,
  };
}

/** In the schema of tables that we made: their partition `date` is the UTC day of `timestamp`. */
const OUR_TIMESTAMP = '"logpipe.key":"timestamp"';

/** False only when the file surely has no row. */
type Test = (file: TableFile) => boolean;
type Leaf = Exclude<Condition, { kind: "any" | "never" | "and" | "or" }>;

const always: Test = () => true;

/** The test of a condition from those of its leaves: built once for all files. */
function testOf(condition: Condition, testOfLeaf: (leaf: Leaf) => Test): Test {
  switch (condition.kind) {
    case "any":
      return always;
    case "never":
      return () => false;
    case "and": {
      const tests = condition.of.map((part) => testOf(part, testOfLeaf)).filter((test) => test !== always);
      return tests.length === 0 ? always : (file) => tests.every((test) => test(file));
    }
    case "or": {
      const tests = condition.of.map((part) => testOf(part, testOfLeaf));
      return tests.includes(always) ? always : (file) => tests.some((test) => test(file));
    }
    default:
      return testOfLeaf(condition);
  }
}

function statisticsTest(leaf: Leaf): Test {
  const { column } = leaf;
  if (leaf.kind === "null") return (file) => mayHaveNulls(file, column);
  if (leaf.kind === "notNull") return (file) => mayHaveValues(file, column);
  return (file) => {
    const bounds = statisticsBounds(file, column, leaf.type);
    // Where there are bounds there are values.
    if (bounds.min === undefined && bounds.max === undefined) return mayHaveValues(file, column);
    return mayCompare(leaf, bounds);
  };
}

function mayCompare(
  { operator, value, isExact }: ColumnComparison,
  { min, max, isExact: isSharp }: ColumnBounds,
): boolean {
  if (min !== undefined && operator !== ">" && operator !== ">=") {
    const order = compareValues(min, value);
    if (order > 0 || (order === 0 && operator === "<" && isExact && isSharp)) return false;
  }
  if (max !== undefined && operator !== "<" && operator !== "<=") {
    // A long bound may have been cut by another engine: what begins with it may be within.
    if (typeof max === "string" && typeof value === "string" && value !== max && value.startsWith(max))
      return true;
    const order = compareValues(max, value);
    if (order < 0 || (order === 0 && operator === ">" && isExact && isSharp)) return false;
  }
  return true;
}

/** Numbers by size, text by its UTF-8 bytes, as DuckDB has it; different kinds are never told apart. */
function compareValues(a: number | string, b: number | string): number {
  if (typeof a === "number" && typeof b === "number") return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a !== "string" || typeof b !== "string" || a === b) return 0;
  for (let i = 0; i < a.length && i < b.length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) return byteRank(x) - byteRank(y);
  }
  return a.length - b.length;
}

/** UTF-16 units in the order of code points: surrogates, of U+10000 and above, after all others. */
function byteRank(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}

/** Most values looked up in one filter file; a longer IN is left to DuckDB. */
const MOST_PROBES = 64;
const AT_ONCE = 32;

async function probeFiles(
  storage: TableStorage,
  likely: readonly TableFile[],
  condition: Condition,
): Promise<{ files: readonly TableFile[]; bytes: number }> {
  const probes = equalities(condition);
  // Only where misses of all the values would rule a file out is it worth to look.
  const present = presences(condition);
  const canHelp = !isPossible(condition, new Set<Condition>([...probes, ...present]));
  if (probes.length === 0 || probes.length > MOST_PROBES || !canHelp) return { files: likely, bytes: 0 };
  const keys = await existing(storage, likely);
  const isLeft = new Array<boolean>(likely.length).fill(true);
  let bytes = 0;
  let next = 0;
  const work = async () => {
    for (let i = next++; i < likely.length; i = next++) {
      const key = keys[i];
      const bloom = key === undefined ? undefined : await Bloom.open(storage, key);
      if (bloom === undefined) continue;
      const absent = present.filter(({ column }) => !mayHaveValues(likely[i]!, column));
      isLeft[i] = await survives(bloom, probes, condition, absent);
      bytes += bloom.bytesRead;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { files: likely.filter((_, i) => isLeft[i]), bytes };
}

/** `absent`: conditions that statistics say are true for no row of the file. */
async function survives(
  bloom: Bloom,
  probes: readonly ColumnComparison[],
  condition: Condition,
  absent: readonly Condition[],
): Promise<boolean> {
  const misses = new Set<Condition>(absent);
  for (const probe of probes) if (!(await bloom.mayContain(probe.column, probe.text!))) misses.add(probe);
  return misses.size === 0 || isPossible(condition, misses);
}

function equalities(condition: Condition): readonly ColumnComparison[] {
  if (condition.kind === "and" || condition.kind === "or") return condition.of.flatMap(equalities);
  return condition.kind === "compare" && condition.operator === "=" && condition.text !== undefined
    ? [condition]
    : [];
}

function presences(condition: Condition): readonly Extract<Condition, { kind: "notNull" }>[] {
  if (condition.kind === "and" || condition.kind === "or") return condition.of.flatMap(presences);
  return condition.kind === "notNull" ? [condition] : [];
}

/** Whether the condition may be true where some of its comparisons are true for no row. */
function isPossible(condition: Condition, misses: ReadonlySet<Condition>): boolean {
  if (condition.kind === "and") return condition.of.every((part) => isPossible(part, misses));
  if (condition.kind === "or") return condition.of.some((part) => isPossible(part, misses));
  return condition.kind !== "never" && !misses.has(condition);
}

/** Each file's filter file where there is one, by listings: most tables have few or none. */
async function existing(
  storage: TableStorage,
  likely: readonly TableFile[],
): Promise<readonly (string | undefined)[]> {
  const index = `${INDEX_DIRECTORY}/`;
  const folders = new Set((await storage.names(index)).filter((name) => !name.startsWith("_")));
  if (folders.size === 0) return [];
  const listings = new Map<string, ReadonlySet<string>>();
  const keys: (string | undefined)[] = [];
  for (const { addPath } of likely) {
    const key = bloomKey(addPath);
    const prefix = key.slice(0, key.lastIndexOf("/") + 1);
    let names = listings.get(prefix);
    if (names === undefined) {
      const folder = prefix.slice(index.length, prefix.indexOf("/", index.length));
      names = new Set(prefix === index || folders.has(folder) ? await storage.names(prefix) : []);
      listings.set(prefix, names);
    }
    keys.push(names.has(key.slice(prefix.length)) ? key : undefined);
  }
  return keys;
}
