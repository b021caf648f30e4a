/** What `parse --detect` and `parse --explain` run in place of the parser. Loaded for them alone. */

import { failure } from "../../../base/errors/index.js";
import type { StageContext, Transform } from "../../../pipeline/contract/stage.js";
import { type AskedFormat, LineExplainer } from "./explanation.js";
import { Survey } from "./survey.js";

/**
 * `asked`: the formats of `--format` in order; undefined: `auto` alone. Throws usage.bad-value where `--detect` has
 * any.
 */
export function transformOf(
  options: { readonly explain: boolean; readonly tz?: string | undefined },
  context: StageContext,
  asked: readonly AskedFormat[] | undefined,
): Transform {
  if (options.explain) return new LineExplainer(context, options.tz, asked);
  if (asked === undefined) return new Survey(context, options.tz);
  throw failure("usage.bad-value", {
    option: "--format",
    value: asked[0]!.name,
    reason: "--detect tries all formats",
    hint: "--explain shows what one makes of each line",
  });
}
