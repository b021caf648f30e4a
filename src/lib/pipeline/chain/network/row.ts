/** Stages one behind the other, as links. */
import type { Step } from "../../contract/pipeline.js";
import type { StageDeclaration } from "../../contract/stage.js";
import type { WiredLink, Wiring } from "./wiring.js";

/** With one entry and one exit. */
export function rowOf(steps: readonly Step<StageDeclaration>[]): Wiring {
  const links = steps.map((step, place): WiredLink => {
    const { name } = step.declaration;
    const next = place === steps.length - 1 ? ~0 : place + 1;
    return { what: { kind: "stage", step }, to: [[next]], name, label: step.label ?? name, place };
  });
  return { links, entries: [[links.length === 0 ? ~0 : 0]], exits: 1 };
}
