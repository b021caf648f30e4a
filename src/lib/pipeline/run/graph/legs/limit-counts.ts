/** What the rate limits of sources and sinks have let through and left out, by the node that has the limit. */
import { formatCount } from "../../../../base/size.js";
import type { Host } from "../../../contract/host.js";
import type { Step } from "../../../contract/pipeline.js";
import type { StageDeclaration } from "../../../contract/stage.js";

interface CountedLimit {
  readonly step: Step<StageDeclaration>;
  readonly counts: Record<string, number>;
}

export class LimitCounts {
  private readonly limits = new Map<string, CountedLimit>();

  /** Where the limit of this node counts: every try of a sink goes on counting there. */
  of(name: string, step: Step<StageDeclaration>): Record<string, number> {
    const limit = this.limits.get(name) ?? { step, counts: {} };
    this.limits.set(name, limit);
    return limit.counts;
  }

  /** Lines of `--stats`: `nginx.throttle.dropped: 20`. */
  lines(): readonly string[] {
    return [...this.limits].flatMap(([name, { counts }]) =>
      Object.entries(counts)
        .sort()
        .map(([counter, count]) => `  ${name}.throttle.${counter}: ${formatCount(count)}\n`),
    );
  }

  /** Says at the end what `throttle` would say, for each. */
  report(host: Pick<Host, "log">): void {
    for (const [name, { step, counts }] of this.limits) {
      const report = step.declaration.report?.(step.given, counts);
      if (report !== undefined) host.log("info", `${name}: ${report.text}`);
    }
  }
}
