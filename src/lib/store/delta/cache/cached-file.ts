/** Files of a snapshot cache: a row number each, over columns that are looked at when someone asks. */
import type { Add, Statistics } from "../actions.js";
import {
  boundsIn,
  exactly,
  type FileBounds,
  parseStatistics,
  pathOfAdd,
  type TableFile,
  textOf,
} from "../table-file.js";
import { TextVector } from "../vectors.js";
import type { CacheHeader } from "./cache-format.js";

type Section = (name: string) => Buffer | undefined;

export function cachedFiles(directory: string, header: CacheHeader, section: Section): TableFile[] {
  const columns = new CachedColumns(directory, header, section);
  const files: TableFile[] = [];
  for (let i = 0; i < header.files; i++) files.push(new CachedFile(columns, i));
  return files;
}

interface Member {
  /** The column's name as JSON. */
  readonly key: string;
  readonly texts: TextVector;
}

/** What the files of one cache have in common. */
class CachedColumns {
  readonly directory: string;
  readonly partitions: readonly string[];
  /** Of the statistics, in the order in which the cache has them. */
  readonly members: Readonly<Record<"min" | "max" | "nulls", readonly Member[]>>;
  readonly sizes: Float64Array;
  readonly modified: Float64Array;
  readonly rows: Float64Array;
  readonly minMs: Float64Array;
  readonly maxMs: Float64Array;
  readonly dates: TextVector | undefined;
  /** Statistics that are kept whole. */
  readonly odd: TextVector | undefined;
  readonly #bounds = new Map<string, Record<"min" | "max" | "nulls", TextVector | undefined>>();
  readonly #count: number;
  readonly #section: Section;
  readonly #texts = new Map<string, TextVector | undefined>();

  constructor(directory: string, header: CacheHeader, section: Section) {
    this.directory = directory;
    this.#count = header.files;
    this.#section = section;
    const behind = (prefix: string) =>
      Object.keys(header.sections).flatMap((name) =>
        name.startsWith(prefix) ? [name.slice(prefix.length)] : [],
      );
    const members = (kind: string) =>
      behind(kind).flatMap((name): Member[] => {
        const texts = this.texts(kind + name);
        return texts === undefined ? [] : [{ key: JSON.stringify(name), texts }];
      });
    this.members = { min: members("min/"), max: members("max/"), nulls: members("nulls/") };
    this.partitions = behind("partition/");
    this.sizes = this.#numbers("size");
    this.modified = this.#numbers("modified");
    this.rows = this.#numbers("rows");
    this.minMs = this.#numbers("minMs");
    this.maxMs = this.#numbers("maxMs");
    this.dates = this.texts("partition/date");
    this.odd = this.texts("stats");
  }

  #numbers(name: string): Float64Array {
    const bytes = this.#section(name);
    if (bytes === undefined) return new Float64Array(this.#count).fill(Number.NaN);
    return new Float64Array(bytes.buffer, bytes.byteOffset, this.#count);
  }

  bounds(column: string) {
    let found = this.#bounds.get(column);
    if (found === undefined) {
      const of = (kind: string) => this.texts(`${kind}/${column}`);
      found = { min: of("min"), max: of("max"), nulls: of("nulls") };
      this.#bounds.set(column, found);
    }
    return found;
  }

  texts(name: string): TextVector | undefined {
    if (!this.#texts.has(name)) {
      const bytes = this.#section(name);
      this.#texts.set(name, bytes && new TextVector(bytes, this.#count));
    }
    return this.#texts.get(name);
  }
}

class CachedFile implements TableFile {
  readonly #columns: CachedColumns;
  readonly #i: number;

  constructor(columns: CachedColumns, i: number) {
    this.#columns = columns;
    this.#i = i;
  }

  get path(): string {
    return pathOfAdd(this.#columns.directory, this.addPath);
  }

  get addPath(): string {
    return this.#columns.texts("path")!.text(this.#i)!;
  }

  get bytes(): number {
    return this.#columns.sizes[this.#i]!;
  }

  get modifiedMs(): number {
    return this.#columns.modified[this.#i]!;
  }

  get rows(): number | undefined {
    return known(this.#columns.rows[this.#i]);
  }

  get partition(): Readonly<Record<string, string | null>> {
    const values: [string, string | null][] = [];
    for (const name of this.#columns.partitions) {
      const text = this.#columns.texts(`partition/${name}`)?.text(this.#i);
      if (text !== undefined) values.push([name, JSON.parse(text) as string | null]);
    }
    return Object.fromEntries(values);
  }

  get date(): string | undefined {
    return (this.#columns.dates?.value(this.#i) ?? undefined) as string | undefined;
  }

  get minTimestamp(): string | undefined {
    return textOf(this.bounds("timestamp").min);
  }

  get maxTimestamp(): string | undefined {
    return textOf(this.bounds("timestamp").max);
  }

  get minTimestampMs(): number | undefined {
    return known(this.#columns.minMs[this.#i]);
  }

  get maxTimestampMs(): number | undefined {
    return known(this.#columns.maxMs[this.#i]);
  }

  get stats(): Statistics | undefined {
    const text = this.#stats;
    return text === undefined ? undefined : parseStatistics(text);
  }

  get #stats(): string | undefined {
    const whole = this.#columns.odd?.text(this.#i);
    if (whole !== undefined || this.rows === undefined) return whole;
    const member = (kind: "min" | "max" | "nulls") => {
      let text = "";
      for (const { key, texts } of this.#columns.members[kind]) {
        const raw = texts.text(this.#i);
        if (raw !== undefined) text += `${text === "" ? "" : ","}${key}:${raw}`;
      }
      return `{${text}}`;
    };
    return `{"numRecords":${this.rows},"minValues":${member("min")},"maxValues":${member("max")},"nullCount":${member("nulls")}}`;
  }

  get tags(): Readonly<Record<string, string>> {
    return this.add.tags ?? {};
  }

  get add(): Add {
    const stats = this.#stats;
    const tags = this.#columns.texts("tags")?.text(this.#i);
    return {
      path: this.addPath,
      partitionValues: this.partition,
      size: this.bytes,
      modificationTime: this.#columns.modified[this.#i]!,
      dataChange: false,
      ...(stats === undefined ? {} : { stats }),
      ...(tags === undefined ? {} : { tags: JSON.parse(tags) as Record<string, string> }),
    };
  }

  bounds(column: string): FileBounds {
    const columns = this.#columns;
    const i = this.#i;
    if (columns.odd?.has(i)) return boundsIn(this.stats, column);
    const { min, max, nulls } = columns.bounds(column);
    const count = nulls?.value(i);
    return {
      min: exactly(min?.value(i)),
      max: exactly(max?.value(i)),
      nulls: typeof count === "number" ? count : undefined,
    };
  }
}

function known(value: number | undefined): number | undefined {
  return value === undefined || Number.isNaN(value) ? undefined : value;
}
