import { withDefaults } from "../../options/command-line.js";
import type { RateLimit } from "./graph.js";
import type { Step } from "./pipeline.js";
import type { StageDeclaration } from "./stage.js";

/**
 * The stage that keeps to a limit. `throttle`: the declaration of that name, from the registry. What it counts goes by
 * `label`: `nginx.throttle`, say. Throws usage.bad-value and usage.missing-operand, as the stage would.
 */
export function throttleStep(
  throttle: StageDeclaration,
  limit: RateLimit,
  label?: string,
): Step<StageDeclaration> {
  const { events, bytes, sampleOneIn } = limit;
  const options = {
    ...(events !== undefined && { events }),
    ...(bytes !== undefined && { bytes }),
    burst: limit.burstEvents,
    burstBytes: limit.burstBytes,
    by: limit.by,
    maxKeys: limit.maxKeys,
    onLimit: limit.onLimit,
    ...(sampleOneIn !== undefined && { sampleOneIn }),
    maxEventSize: limit.maxEventBytes,
  };
  const given = { operands: [], options: withDefaults(throttle.options, options) };
  return { declaration: throttle, given, ...(label !== undefined && { label }) };
}
