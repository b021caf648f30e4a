import type { StageContext } from "../../../pipeline/contract/stage.js";

/** Counters that are counted up once an event, and told to the engine once a block. */
export class BatchCounters {
  private readonly context: StageContext;
  private readonly tallies: { readonly name: string; count: number }[] = [];

  constructor(context: StageContext) {
    this.context = context;
  }

  /** Counts up by one each time it is called. */
  counter(name: string): () => void {
    const tally = { name, count: 0 };
    this.tallies.push(tally);
    return () => {
      tally.count++;
    };
  }

  /** As `counter`, of counters that begin alike. */
  counters<Name extends string>(prefix: string): (name: Name) => void {
    const known = new Map<string, () => void>();
    return (name) => {
      let counter = known.get(name);
      if (counter === undefined) {
        counter = this.counter(prefix + name);
        known.set(name, counter);
      }
      counter();
    };
  }

  tell(): void {
    for (const tally of this.tallies) {
      if (tally.count > 0) this.context.count(tally.name, tally.count);
      tally.count = 0;
    }
  }
}
