/**
 * The live end of a table as tables in DuckDB that grow with the log: every event is read and checked once, however
 * often it is queried. Keep one for each table and connection, and give it to `openRelation`.
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { fastShape, sqlType, type TableShape } from "../columns/columns-sql.js";
import type { EventFile } from "../columns/events.js";
import { identifier } from "../columns/names.js";
import type { Column, TableSchema } from "../columns/schema.js";
import type { Commit } from "../wal/segment.js";
import type { LiveSegment, ReadIndexes } from "../wal/unflushed-segments.js";

/** Where to work: see RelationOptions. */
export interface LiveRoom {
  readonly tempDirectory: string;
  readonly rows: (sql: string) => Promise<unknown[][]>;
  /** Told what DuckDB said when it could not read events the fast way: they are read the careful way then. */
  readonly onSlow?: (error: unknown) => void;
}

/** Longer segments are read where they are, twice a query: their table would take too much memory. */
const MOST_BYTES = 64 * 1024 * 1024;

export class UnflushedTable {
  /** For `listSegments`. */
  readonly indexes: ReadIndexes = new Map();
  readonly #tables = new Map<string, GrowingTable>();
  #made = 0;

  /**
   * The segment's events in columns of the first of the schemas that they fit; undefined when they must be read another
   * way. The shape holds what is committed now, until the next call for this segment.
   */
  async shape(
    segment: LiveSegment,
    schemas: readonly TableSchema[],
    room: LiveRoom,
  ): Promise<{ schema: TableSchema; shape: TableShape } | undefined> {
    await room.rows(`CREATE SCHEMA IF NOT EXISTS ${SCHEMA}`);
    for (const [i, schema] of schemas.entries()) {
      const shape = await this.#shapeIn(schema, `${keyOf(segment)}/${schemas.length - i}`, segment, room);
      if (shape !== undefined) return { schema, shape };
    }
    return undefined;
  }

  async #shapeIn(
    schema: TableSchema,
    key: string,
    segment: LiveSegment,
    room: LiveRoom,
  ): Promise<TableShape | undefined> {
    let table = this.#tables.get(key);
    if (table !== undefined && !table.fits(segment, schema)) {
      await table.drop(room);
      table = undefined;
    }
    table ??= new GrowingTable(`${SCHEMA}.live_${this.#made++}`);
    this.#tables.set(key, table);
    if (table.isOdd || segment.length > MOST_BYTES) return undefined;
    if (!(await table.grow(segment, schema, room))) await table.drop(room);
    return table.isOdd ? undefined : table.shape();
  }

  /** Forgets all of it. */
  async forget(room: Pick<LiveRoom, "rows">): Promise<void> {
    await this.keep([], room);
    this.indexes.clear();
  }

  /** Forgets the segments that are not among these: the table covers them now. */
  async keep(segments: readonly LiveSegment[], { rows }: Pick<LiveRoom, "rows">): Promise<void> {
    const live = new Set(segments.map(keyOf));
    for (const [key, table] of this.#tables) {
      if (live.has(key.slice(0, key.lastIndexOf("/")))) continue;
      await table.drop({ rows });
      this.#tables.delete(key);
    }
  }
}

function keyOf({ writer, sequence }: LiveSegment): string {
  return `${writer}/${sequence}`;
}

const SCHEMA = "logpipe_live";

class GrowingTable {
  readonly #name: string;
  readonly #columns: Column[] = [];
  readonly #damaged: Commit[] = [];
  #length = 0;
  #events = 0;
  /** Something in the segment is not read the fast way. */
  isOdd = false;

  constructor(name: string) {
    this.#name = name;
  }

  /** Whether what is here is of the segment still, and where the schema wants it. */
  fits(segment: LiveSegment, schema: TableSchema): boolean {
    if (segment.length < this.#length || segment.length > MOST_BYTES) return false;
    return this.#columns.every((column) => schema.columns.some((other) => isSame(column, other)));
  }

  shape(): TableShape {
    const names = this.#columns.map((column) => identifier(column.name)).join(", ");
    // Nothing of it holds: there is no table.
    const isEmpty = this.#columns.length === 0;
    const sql = isEmpty
      ? "SELECT 1 WHERE false"
      : `SELECT ${names} FROM ${this.#name} WHERE rowid < ${this.#events}`;
    return { columns: [...this.#columns], sql, expected: [], needsOrder: false };
  }

  /** Takes in what was committed since, and is sound. False: it is odd, and what is here is of no use. */
  async grow(segment: LiveSegment, schema: TableSchema, room: LiveRoom): Promise<boolean> {
    segment.leaveOut(this.#damaged);
    if (segment.length === this.#length) return true;
    const path = join(room.tempDirectory, `part-${segment.writer}-${segment.sequence}.ndjson`);
    try {
      const { sound, damaged } = await segment.copyTo(path, this.#length);
      this.#damaged.push(...damaged);
      const part = partOf(path, sound);
      this.isOdd = part.events > 0 && !(await this.#append(part, schema, room));
      this.#events += part.events;
    } finally {
      await rm(path, { force: true });
    }
    this.#length = segment.length;
    return !this.isOdd;
  }

  async drop({ rows }: Pick<LiveRoom, "rows">): Promise<void> {
    if (this.#columns.length > 0) await rows(`DROP TABLE IF EXISTS ${this.#name}`);
    this.#columns.length = 0;
  }

  async #append(file: EventFile, schema: TableSchema, { rows, onSlow }: LiveRoom): Promise<boolean> {
    const shape = fastShape(file, schema);
    if (typeof shape === "string") return false;
    const part = `${this.#name}_part`;
    try {
      await rows(`CREATE OR REPLACE TABLE ${part} AS ${shape.sql}`);
      if (!(await isSound(shape, file.events, part, rows, onSlow))) return false;
      for (const column of shape.columns) await this.#add(column, rows);
      await rows(`INSERT INTO ${this.#name} BY NAME SELECT * FROM ${part}`);
      return true;
    } catch (error) {
      onSlow?.(error);
      return false;
    } finally {
      await rows(`DROP TABLE IF EXISTS ${part}`).catch(() => {});
    }
  }

  async #add(column: Column, rows: LiveRoom["rows"]): Promise<void> {
    if (this.#columns.some((other) => other.name === column.name)) return;
    const definition = `${identifier(column.name)} ${sqlType(column)}`;
    await rows(
      this.#columns.length === 0
        ? `CREATE TABLE ${this.#name} (${definition})`
        : `ALTER TABLE ${this.#name} ADD COLUMN ${definition}`,
    );
    this.#columns.push(column);
  }
}

function isSame(a: Column, b: Column): boolean {
  // JSON and text are both VARCHAR to DuckDB, and yet not the same.
  const isSameType = a.type === b.type && sqlType(a) === sqlType(b);
  return a.name === b.name && a.key === b.key && a.role === b.role && isSameType;
}

function partOf(path: string, commits: readonly Commit[]): EventFile {
  return {
    path,
    length: commits.reduce((sum, commit) => sum + commit.length, 0),
    events: commits.reduce((sum, commit) => sum + commit.events, 0),
    commits,
  };
}

/**
 * Whether `source`, which has the rows of the shape, has what the summaries of its events say: a query that is already
 * printing cannot change to the careful way.
 */
export async function isSound(
  shape: TableShape,
  events: number,
  source: string,
  rows: LiveRoom["rows"],
  onSlow: LiveRoom["onSlow"],
): Promise<boolean> {
  const counted = shape.expected.map(({ columns }) =>
    columns.map((c) => `count(${identifier(c.name)})`).join(" + "),
  );
  const unused = shape.columns.filter((c) => !shape.expected.some((e) => e.columns.includes(c)));
  const touched = unused.map((c) => `count(${identifier(c.name)})`);
  try {
    const found = await rows(`SELECT ${["count(*)", ...counted, ...touched].join(", ")} FROM ${source}`);
    const numbers = (found[0] ?? []).map(Number);
    const wanted = [events, ...shape.expected.map((e) => e.count)];
    return wanted.every((n, i) => numbers[i] === n);
  } catch (error) {
    onSlow?.(error);
    return false;
  }
}
