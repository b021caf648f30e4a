/** logpipe as a library. The commands are made of the same pieces. */
export { LogpipeError } from "./lib/base/errors/index.js";
export { Block } from "./lib/event/block.js";
export { Event } from "./lib/event/event.js";
export { defaultsOf, flag, list, text } from "./lib/options/options.js";
export {
  type Emit,
  type StageContext,
  type StageDeclaration,
  stage,
  type Transform,
} from "./lib/pipeline/contract/stage.js";
export {
  enrich,
  files,
  ingest,
  lines,
  type Piece,
  parse,
  pipeline,
  type RunnablePipeline,
  type Settings,
  sink,
  use,
} from "./library.js";
