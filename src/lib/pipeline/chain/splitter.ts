import type { Block } from "../../event/block.js";
import type { Emit } from "../contract/stage.js";

/** A transform with several outputs: of `push` and `split` it has one. */
export interface Splitter {
  split(block: Block, ports: readonly Emit[]): boolean;
}
