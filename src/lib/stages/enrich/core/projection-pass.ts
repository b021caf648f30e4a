import type { Fault } from "../../../event/faults.js";
import { FieldSet, Projector } from "../../../event/rows/rows.js";
import type { Enricher, Look } from "./enricher.js";
import { EventsWriter } from "./events-writer.js";
import { OutputNames } from "./output-names.js";

/** One way over the lines of a block. */
export interface Pass {
  /** Whole lines in, whole lines out. Lines that are no JSON objects are left out and listed. */
  apply(input: Buffer): { readonly bytes: Buffer; readonly faults: readonly Fault[] };
}

/**
 * Lets enrichers look at every event and sets the members that they give. A member that is there keeps its place and
 * gets the new value (of duplicate keys one is left, at the place of the last), a new one is added at the end. All else
 * is copied.
 */
export class ProjectionPass implements Pass {
  private readonly projector: Projector;
  private readonly looks: readonly Look[];
  private readonly outputs: OutputNames;

  constructor(enrichers: readonly Enricher[]) {
    const fields = new FieldSet();
    this.looks = enrichers.map((enricher) => enricher.bind(fields));
    this.outputs = new OutputNames(enrichers.map(({ writes }) => writes));
    this.projector = new Projector(fields);
  }

  apply(input: Buffer): { bytes: Buffer; faults: readonly Fault[] } {
    const { rows, faults } = this.projector.apply(input);
    const writer = new EventsWriter(rows, this.outputs);
    for (let row = 0; row < rows.count; row++) {
      for (const look of this.looks) look(rows, row, writer);
      writer.end(row);
    }
    return { bytes: writer.take(), faults };
  }
}
