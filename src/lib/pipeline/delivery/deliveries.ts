// Enter here: deliveries of the blocks that are under way.
/** The deliveries of one run: what became of the blocks, and that none is left without an answer. */
import { formatCount } from "../../base/size.js";
import type { Block } from "../../event/block.js";
import { type Delivery, newDelivery, type Outcome } from "../../event/delivery/delivery.js";
import type { Host } from "../contract/host.js";
import type { Sink } from "../contract/sink.js";
import type { Source } from "../contract/source.js";

const ENDED: Outcome = { kind: "failed", reason: "the run ended before it was stored" };

export class Deliveries {
  /** For blocks that no source answers for: what becomes of them is counted all the same. */
  readonly unanswered: Delivery = { share: () => this.unanswered, settle: (outcome) => this.note(outcome) };
  private readonly open = new Set<Delivery>();
  private readonly counts = { refused: 0, failed: 0 };
  private readonly reasons = { refused: "", failed: "" };

  /** The engine's own delivery in the place of the source's, where there is one. */
  watch(block: Block): void {
    const { delivery } = block;
    if (delivery === undefined) return;
    this.open.add(delivery);
    block.delivery = newDelivery((outcome) => {
      this.open.delete(delivery);
      this.note(outcome);
      delivery.settle(outcome);
    });
  }

  /** The sink is closed: what it has not settled it does not have. */
  end(): void {
    for (const delivery of this.open) delivery.settle(ENDED);
    this.open.clear();
  }

  /** Says what was not stored. */
  report(sources: readonly Source[], { reportsRefusals = false }: Sink, host: Host): void {
    const { refused, failed } = this.counts;
    if (refused > 0 && !reportsRefusals)
      host.fail(
        `${batchesOf(refused)} refused for good: ${this.reasons.refused}`,
        "they are not stored, and do not come again by themselves",
      );
    if (failed > 0)
      host.fail(
        `${batchesOf(failed)} could not be delivered: ${this.reasons.failed}`,
        sources.some(({ replay }) => replay === undefined)
          ? "they are not stored; give the same input again once the cause is mended"
          : "the next run reads them again",
      );
  }

  private note(outcome: Outcome): void {
    if (outcome.kind === "stored") return;
    if (this.counts[outcome.kind]++ === 0) this.reasons[outcome.kind] = outcome.reason;
  }
}

function batchesOf(count: number): string {
  return `${formatCount(count)} ${count === 1 ? "batch" : "batches"} of events`;
}
