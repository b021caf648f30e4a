/** What `parse --detect` and `parse --explain` run in place of the parser. Loaded for them alone. */
import type { StageContext, Transform } from "../../../pipeline/contract/stage.js";
import { LineExplainer } from "./explanation.js";
import { Survey } from "./survey.js";

export function transformOf(
  options: { readonly explain: boolean; readonly tz?: string | undefined },
  context: StageContext,
): Transform {
  return options.explain ? new LineExplainer(context, options.tz) : new Survey(context, options.tz);
}
