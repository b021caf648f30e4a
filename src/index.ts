/** logpipe as a library. The commands are made of the same pieces. docs/node.md has examples. */

export { LogpipeError } from "./lib/base/errors/index.js";
export { Block } from "./lib/event/block.js";
export { Event } from "./lib/event/event.js";
export { JsonNumber, type JsonValue } from "./lib/json/value.js";
export { defaultsOf, flag, list, text } from "./lib/options/options.js";
export {
  type Emit,
  type StageContext,
  type StageDeclaration,
  stage,
  type Transform,
} from "./lib/pipeline/contract/stage.js";
export * from "./library/commands.js";
export { type EventExpression, type EventLike, expression } from "./library/expression.js";
export { files, type Input, lines } from "./library/inputs.js";
export type { Parameter, Parameters } from "./library/parameters.js";
export { type Piece, use } from "./library/piece.js";
export { pipeline, type RunnablePipeline, readPipeline } from "./library/pipeline.js";
export { type QueryOptions, query, type Row, type RunnableQuery } from "./library/query.js";
export type { RunResult } from "./library/run.js";
export type { Settings } from "./library/settings.js";
export type { StreamSettings } from "./library/stream.js";
