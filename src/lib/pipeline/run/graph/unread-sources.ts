/** Sources of which `parse` knows nothing: what a run says of them at its end, each by its name. */
import type { Counters } from "../../accounting/counters.js";
import { LogLinesHint } from "../../accounting/hints/log-lines-hint.js";
import type { Host } from "../../contract/host.js";
import type { Step } from "../../contract/pipeline.js";
import type { StageDeclaration } from "../../contract/stage.js";
import type { OpenPart } from "./open-part.js";

interface Parsing {
  readonly first: Step<StageDeclaration>;
  /** Something behind it is there to hide what lines hold. */
  readonly isHidden: boolean;
  readonly hints: readonly LogLinesHint[];
}

/** Keeps the beginning of what each source that a list of stages parses gives. */
export class UnreadSources {
  private readonly parsing: readonly Parsing[];

  constructor({ part: { graph, reads }, sources, steps }: OpenPart, host: Pick<Host, "log">) {
    const isHidden = steps.some(({ declaration }) => declaration.screen !== undefined);
    let at = 0;
    this.parsing = graph.stages.flatMap(({ from, stages }) => {
      const first = steps[at];
      at += stages.length;
      if (reads !== undefined || first?.declaration.input !== "text") return [];
      const hints = graph.sources.flatMap(({ name }, number) => {
        if (!from.some(({ node }) => node === name)) return [];
        const hint = new LogLinesHint(first.label ?? first.declaration.name, false, host, name);
        hint.watch(sources[number]!);
        return [hint];
      });
      return [{ first, isHidden, hints }];
    });
  }

  async report(counters: Counters): Promise<void> {
    for (const { first, isHidden, hints } of this.parsing) {
      const counts = counters.of(first.label ?? first.declaration.name);
      if ((counts["unrecognised"] ?? 0) === 0) continue;
      const { format = [], patterns = [] } = first.given.options as {
        format?: string | readonly string[];
        patterns?: readonly string[];
      };
      const formats = [...patterns, ...[format].flat()];
      for (const hint of hints) await hint.sayUnknown(formats, isHidden ? {} : counts);
    }
  }
}
