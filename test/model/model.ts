/** What a table must hold, kept in memory, and the real one beside it. */
import { diskFiles } from "../../src/lib/base/files.js";
import { lineFacts, OBSERVED_MS, readFacts } from "../lib/store/support.js";
import type { Place } from "../support/maintenance.js";
import { WriterProcess } from "./writer.js";

/** Events by their id: the line that went in. */
type Lines = Map<number, string>;

export class Model {
  /** Acknowledged and not deleted. */
  readonly rows: Lines = new Map();
  /** Blocks that a crash met before they were acknowledged: each is there as a whole or not at all. */
  maybe: Lines[] = [];
  readonly writers = new Set<number>();
  /** Keys that were renamed, to their newest name. */
  readonly names = new Map<string, string>();
  renamings = 0;
  #nextId = 1;

  /** Events as lines of the model's own ids. */
  linesOf(events: readonly string[]): Lines {
    return new Map(
      events.map((members) => {
        const id = this.#nextId++;
        return [id, `{"id":${id},"service":"s${id % 3}"${members === "" ? "" : `,${members}`}}`];
      }),
    );
  }

  add(lines: Lines): void {
    for (const [id, line] of lines) this.rows.set(id, line);
  }

  /** Events that go, the uncertain ones too: whether they were there makes no difference any more. */
  remove(isGone: (id: number, line: string) => boolean): void {
    for (const lines of [this.rows, ...this.maybe]) {
      for (const [id, line] of [...lines]) if (isGone(id, line)) lines.delete(id);
    }
  }

  /** Whether an event has the key. */
  knows(key: string): boolean {
    return [...this.rows.values()].some((line) => line.includes(`"${key}":`));
  }

  nameOf(key: string): string {
    return this.names.get(key) ?? key;
  }

  /** What must come back for the line, by the names that keys have now. */
  #factsOf(line: string): string {
    let renamed = line;
    for (const [key, name] of this.names) renamed = renamed.replace(`,"${key}":`, `,"${name}":`);
    return lineFacts(renamed);
  }

  /** Compares with what a query saw; a block seen once is certain. Throws an Error that says what is wrong. */
  compare(found: readonly string[]): void {
    const left = new Map<string, number>();
    for (const facts of found) left.set(facts, (left.get(facts) ?? 0) + 1);
    const take = (line: string) => {
      const facts = this.#factsOf(line);
      const count = left.get(facts) ?? 0;
      if (count === 1) left.delete(facts);
      else left.set(facts, count - 1);
      return count > 0;
    };
    for (const [id, line] of this.rows) {
      if (take(line)) continue;
      const instead = found.find((facts) => facts.includes(`"id"=${id} `)) ?? "nothing";
      throw new Error(`wrong: ${this.#factsOf(line)}\nfound: ${instead}`);
    }
    for (const block of this.maybe) {
      const seen = [...block.values()].filter(take).length;
      if (seen !== 0 && seen !== block.size) throw new Error(`${seen} of ${block.size} events of a block`);
      if (seen > 0) this.add(block);
    }
    this.maybe = [];
    for (const [facts, count] of left) if (count > 0) throw new Error(`${count} too many: ${facts}`);
  }
}

/** The real table. */
export class Real {
  readonly table: string;
  readonly files = diskFiles;
  readonly writers = new Map<number, WriterProcess>();

  constructor(table: string) {
    this.table = table;
  }

  get place(): Place {
    return { table: this.table, files: this.files, nowMs: OBSERVED_MS };
  }

  async open(writer: number): Promise<void> {
    this.writers.set(writer, await WriterProcess.open(this.table, OBSERVED_MS));
  }

  read(): Promise<string[]> {
    return readFacts(this.table);
  }

  /** Ends every writer that a failed run left. */
  async end(): Promise<void> {
    for (const writer of this.writers.values()) await writer.crash([], 0);
    this.writers.clear();
  }
}
