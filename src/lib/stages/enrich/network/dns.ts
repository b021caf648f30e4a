/** `enrich --dns FIELD[=NAME]`: the names of addresses. */

import { FieldSet, Projector } from "../../../event/rows/rows.js";
import type { FieldPrefix } from "../../../json/member-builder.js";
import { quote } from "../../../json/quote.js";
import type { Enricher } from "../core/enricher.js";
import { type Pass, ProjectionPass } from "../core/projection-pass.js";
import { addressOf } from "./address.js";
import type { NameSource } from "./dns-names.js";

export type DnsOutcome = "named" | "nameless" | "late" | "no_address";

/**
 * Asks for the addresses of a whole block, waits for the answers a bounded time, and sets the names that are known
 * then. Those that come later are there for the blocks that follow: the one enricher whose output may differ between
 * two runs.
 */
export class DnsPass implements Pass {
  private readonly fields = new FieldSet();
  private readonly numbers: readonly number[];
  private readonly projector: Projector;
  private readonly names: NameSource;
  private readonly pass: ProjectionPass;
  private readonly nowMs: () => number;

  constructor(
    fields: readonly FieldPrefix[],
    names: NameSource,
    nowMs: () => number,
    count: (outcome: DnsOutcome) => void,
  ) {
    this.numbers = fields.map(({ field }) => this.fields.add(field));
    this.projector = new Projector(this.fields);
    this.names = names;
    this.nowMs = nowMs;
    this.pass = new ProjectionPass(fields.map((field) => nameEnricher(field, names, count)));
  }

  apply(input: Buffer): ReturnType<Pass["apply"]> {
    const { rows } = this.projector.apply(input);
    const addresses = new Set<string>();
    for (let row = 0; row < rows.count; row++) {
      for (const number of this.numbers) {
        const address = addressOf(rows.text(number, row) ?? "");
        if (address !== undefined) addresses.add(address);
      }
    }
    this.names.ask(addresses, this.nowMs());
    return this.pass.apply(input);
  }
}

function nameEnricher(
  { field, prefix: name }: FieldPrefix,
  names: NameSource,
  count: (outcome: DnsOutcome) => void,
): Enricher {
  const key = `${quote(name)}:`;
  return {
    reads: [field],
    writes: [name],
    bind: (fields) => {
      const number = fields.add(field);
      return (rows, row, additions) => {
        const text = rows.text(number, row);
        if (text === undefined) return;
        const address = addressOf(text);
        if (address === undefined) return count("no_address");
        const found = names.name(address);
        count(found === undefined ? "late" : found === null ? "nameless" : "named");
        if (typeof found === "string") additions.addText(key + quote(found));
      };
    },
  };
}
