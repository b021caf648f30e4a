/** Which files of a table may hold rows that satisfy a condition: by partition values, by statistics, by filter files. */
import { dirname } from "node:path";
import type { Files } from "../../base/files.js";
import type { Snapshot, TableFile } from "../log/snapshot.js";
import { Bloom, bloomPath } from "./bloom.js";
import { type Bounds, partitionBounds, statisticsBounds, UNBOUNDED } from "./bounds.js";
import type { ComparedType, Comparison, Condition } from "./condition.js";

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
  files: Files,
  { directory: tableDirectory, files: all, metadata }: Snapshot,
  condition: Condition,
): Promise<Pruned> {
  if (condition.kind === "any")
    return { files: all, byPartition: 0, byStatistics: 0, byBloom: 0, bloomBytes: 0 };
  const isOurDate = metadata?.schemaString.includes(OUR_TIMESTAMP) ?? false;
  const left = all.filter((file) =>
    mayHold(condition, (leaf) => partitionBounds(file, leaf.column, typeOf(leaf), isOurDate)),
  );
  const likely = left.filter((file) =>
    mayHold(condition, (leaf) => statisticsBounds(file, leaf.column, typeOf(leaf))),
  );
  const probed = await probeFiles(files, tableDirectory, likely, condition);
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

function typeOf(leaf: Leaf): ComparedType | undefined {
  return leaf.kind === "compare" ? leaf.type : undefined;
}

type Leaf = Exclude<Condition, { kind: "any" | "never" | "and" | "or" }>;

/** False only when the condition is true for no row within the bounds. */
function mayHold(condition: Condition, boundsOfLeaf: (leaf: Leaf) => Bounds): boolean {
  switch (condition.kind) {
    case "any":
      return true;
    case "never":
      return false;
    case "and":
      return condition.of.every((part) => mayHold(part, boundsOfLeaf));
    case "or":
      return condition.of.some((part) => mayHold(part, boundsOfLeaf));
    case "null":
      return boundsOfLeaf(condition).hasNulls !== false;
    case "notNull":
      return boundsOfLeaf(condition).hasValues !== false;
    case "compare":
      return mayCompare(condition, boundsOfLeaf(condition));
  }
}

function mayCompare(comparison: Comparison, bounds: Bounds): boolean {
  if (bounds.hasValues === false) return false;
  const { operator, value, isExact } = comparison;
  const isSharp = isExact && bounds.isExact;
  const { min, max } = bounds;
  if (operator !== ">" && operator !== ">=" && min !== undefined) {
    const order = compareValues(min, value);
    if (order > 0 || (order === 0 && isSharp && operator === "<")) return false;
  }
  if (operator !== "<" && operator !== "<=" && max !== undefined) {
    // A longest bound may have been cut by another engine: what begins with it may be within.
    if (typeof max === "string" && typeof value === "string" && value.startsWith(max) && value !== max)
      return true;
    const order = compareValues(max, value);
    if (order < 0 || (order === 0 && isSharp && operator === ">")) return false;
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
  files: Files,
  tableDirectory: string,
  likely: readonly TableFile[],
  condition: Condition,
): Promise<{ files: readonly TableFile[]; bytes: number }> {
  const probes = equalities(condition);
  // Only where misses of all the values would rule a file out is it worth to look.
  const canHelp = !mayHold(withMisses(condition, new Set(probes)), () => UNBOUNDED);
  if (probes.length === 0 || probes.length > MOST_PROBES || !canHelp) return { files: likely, bytes: 0 };
  const present = await existing(files, tableDirectory, likely);
  const isLeft = new Array<boolean>(likely.length).fill(true);
  let bytes = 0;
  let next = 0;
  const work = async () => {
    for (let i = next++; i < likely.length; i = next++) {
      const path = bloomPath(tableDirectory, likely[i]!.add.path);
      const bloom = present.has(path) ? await Bloom.open(files, path) : undefined;
      if (bloom === undefined) continue;
      isLeft[i] = await survives(bloom, probes, condition).finally(() => bloom.close());
      bytes += bloom.bytesRead;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { files: likely.filter((_, i) => isLeft[i]), bytes };
}

async function survives(bloom: Bloom, probes: readonly Comparison[], condition: Condition): Promise<boolean> {
  const misses = new Set<Comparison>();
  for (const probe of probes) if (!(await bloom.mayContain(probe.column, probe.text!))) misses.add(probe);
  return mayHold(withMisses(condition, misses), () => UNBOUNDED);
}

function equalities(condition: Condition): readonly Comparison[] {
  if (condition.kind === "and" || condition.kind === "or") return condition.of.flatMap(equalities);
  return condition.kind === "compare" && condition.operator === "=" && condition.text !== undefined
    ? [condition]
    : [];
}

/** The condition where some of its comparisons are known to be true for no row. */
function withMisses(condition: Condition, misses: ReadonlySet<Condition>): Condition {
  if (misses.has(condition)) return { kind: "never" };
  if (condition.kind !== "and" && condition.kind !== "or") return condition;
  return { kind: condition.kind, of: condition.of.map((part) => withMisses(part, misses)) };
}

/** The filter files that are there, by a listing of their directories: most tables have few or none. */
async function existing(
  files: Files,
  tableDirectory: string,
  likely: readonly TableFile[],
): Promise<ReadonlySet<string>> {
  const directories = new Set(likely.map((file) => dirname(bloomPath(tableDirectory, file.add.path))));
  const found = new Set<string>();
  for (const directory of directories)
    for (const name of await files.list(directory)) found.add(`${directory}/${name}`);
  return found;
}
