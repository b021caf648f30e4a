/**
 * A saved state as bytes: one line of text, then what each stage has saved, one after the other.
 *
 *     logpipe-state 1 CRC LF          CRC-32C of all that follows, eight hex digits
 *     {"positions":[...],"hasEnded":false,"stages":[{"name":"window","options":"5f2c...","node":"w1","length":4096}]} LF
 *     ...                             V8's serialisation format of each stage's state
 */
import { createHash } from "node:crypto";
import { deserialize, serialize } from "node:v8";
import type { Position } from "../../event/position.js";
import type { Step } from "../contract/pipeline.js";
import type { StageDeclaration, State } from "../contract/stage.js";
import { sealed, unsealed } from "../contract/state/sealed-state.js";

/** A stage that keeps state, told from others: what was saved for one is of no use to another. */
export interface StageMark {
  readonly name: string;
  /** Of operands and options: nothing of them can be read from it. */
  readonly options: string;
  /**
   * The list of stages that it stands in, by its name in the graph. Absent: in a chain, and in what was saved before
   * names were.
   */
  readonly node?: string | undefined;
}

export interface SavedState {
  /** How far the sources had been read: all that the sink knows of them. */
  readonly positions: readonly Position[];
  readonly stages: readonly StageMark[];
  /** Whether the input was over: what comes at the end has come. */
  readonly hasEnded: boolean;
  /** Of several sources: the stages, by number, whose own input was; absent: all or none. */
  readonly ended?: readonly number[] | undefined;
  /** One a stage. */
  readonly states: readonly State[];
}

export function stageMark({ declaration, given }: Step<StageDeclaration>, node?: string): StageMark {
  const text = JSON.stringify([given.operands, Object.entries(given.options).sort()]);
  const options = createHash("sha256").update(text).digest("hex").slice(0, 16);
  return { name: declaration.name, options, ...(node !== undefined && { node }) };
}

export function encodeState({ positions, stages, hasEnded, ended, states }: SavedState): Buffer[] {
  const bodies = states.map((state) => serialize(state));
  const listed = stages.map((stage, n) => ({ ...stage, length: bodies[n]!.length }));
  const header = Buffer.from(`${JSON.stringify({ positions, hasEnded, ended, stages: listed })}\n`);
  return sealed([header, ...bodies]);
}

/** Throws an Error that says in a few words what is wrong with the bytes. */
export function decodeState(bytes: Buffer): SavedState {
  const rest = unsealed(bytes);
  const end = rest.indexOf(0x0a);
  const header = JSON.parse(rest.subarray(0, end).toString()) as {
    positions: readonly Position[];
    hasEnded: boolean;
    ended?: readonly number[];
    stages: readonly (StageMark & { readonly length: number })[];
  };
  let at = end + 1;
  const states = header.stages.map(({ length }) => {
    at += length;
    return deserialize(rest.subarray(at - length, at)) as State;
  });
  const { positions, hasEnded, ended, stages } = header;
  return { positions, hasEnded, ended, stages, states };
}
