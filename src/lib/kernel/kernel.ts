// Enter here: hot loops over bytes, compiled to WebAssembly.
/**
 * The hot loops, compiled from `assembly/` (AssemblyScript) to WebAssembly with 128-bit vectors. One instance a thread,
 * made when first used. Callers copy a block in, run one function over it and read the result before the next call.
 * Why: docs/decisions/0001-webassembly-kernels.md.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { assert } from "../base/assert.js";

/** What the module exports; addresses and lengths in bytes. */
export interface KernelExports {
  readonly memory: WebAssembly.Memory;
  reserve(inputBytes: number, outputBytes: number): number;
  inputAt(): number;
  outputAt(inputBytes: number): number;
  rejectsAt(): number;
  rejectCount(): number;
  claimsAt(): number;
  setClaims(count: number): void;
  forgetKeys(): void;
  targetsAt(): number;
  levelsAt(): number;
  setLevels(count: number): void;
  normaliseSuffixAt(): number;
  setNormaliseSuffix(length: number): void;
  normalise(at: number, end: number, out: number): number;
  normaliseStopped(): number;
  takeLevelNumbers(): number;
  assignTableAt(): number;
  assign(at: number, end: number, out: number, fields: number): number;
  assignStopped(): number;
  projectTableAt(): number;
  project(at: number, end: number, out: number, fields: number, scratchSlots: number, origin: number): void;
  projectStopped(): number;
  projectRows(): number;
  anchorsTableAt(): number;
  anchorsStart(): void;
  anchors(at: number, end: number, out: number, room: number, wanted: number): number;
  anchorsEnd(): number;
  crc32c(at: number, length: number, seed: number): number;
  countLines(at: number, end: number): number;
  combined(at: number, end: number, out: number, isUtf8: boolean, isCommon: boolean): number;
  combinedStopped(): number;
  combinedSuffixAt(): number;
  setCombinedSuffix(length: number): void;
  censusStart(): void;
  census(at: number, end: number): number;
  censusEvents(): number;
  censusMinusZero(): number;
  censusKeys(): number;
  censusSlot(n: number): number;
  censusFirstAt(): number;
  censusFirstEnd(): number;
  censusLastAt(): number;
  censusLastEnd(): number;
}

const TAIL_BYTES = 64;

export class Kernel {
  readonly exports: KernelExports;
  private bytesView: Buffer;
  private wordsView: Uint32Array;

  constructor(module: WebAssembly.Module) {
    this.exports = new WebAssembly.Instance(module, { env: { abort } }).exports as unknown as KernelExports;
    this.bytesView = Buffer.from(this.exports.memory.buffer);
    this.wordsView = new Uint32Array(this.exports.memory.buffer);
  }

  /** Copies `input` in and makes room for `outputBytes`. Returns the address of the input. */
  load(input: Uint8Array, outputBytes = 0): number {
    this.reserve(input.length, outputBytes);
    const at = this.exports.inputAt();
    const bytes = this.bytes;
    bytes.set(input, at);
    bytes.fill(0, at + input.length, at + input.length + TAIL_BYTES);
    return at;
  }

  /** Makes room for output behind an input that is loaded already. */
  reserve(inputBytes: number, outputBytes: number): void {
    const isThere = this.exports.reserve(inputBytes, outputBytes) !== 0;
    assert(isThere, `the kernel has no memory for ${inputBytes} bytes`);
  }

  /** The memory as bytes. Grows: do not keep it across calls. */
  get bytes(): Buffer {
    if (this.bytesView.length === 0) this.refresh();
    return this.bytesView;
  }

  /** The memory as 32-bit words (address >> 2). Do not keep it across calls. */
  get words(): Uint32Array {
    if (this.wordsView.length === 0) this.refresh();
    return this.wordsView;
  }

  private refresh(): void {
    this.bytesView = Buffer.from(this.exports.memory.buffer);
    this.wordsView = new Uint32Array(this.exports.memory.buffer);
  }
}

function abort(): never {
  throw new Error("the kernel aborted");
}

let shared: Kernel | undefined;
let module: WebAssembly.Module | undefined;

/** This thread's kernel. */
export function kernel(): Kernel {
  shared ??= new Kernel(kernelModule());
  return shared;
}

/** The compiled module; worker threads are given it, so that it is compiled once. */
export function kernelModule(): WebAssembly.Module {
  module ??= new WebAssembly.Module(readFileSync(kernelPath()));
  return module;
}

/** In a worker, before its kernel is first used. */
export function useKernelModule(compiled: WebAssembly.Module): void {
  module ??= compiled;
}

/** Beside this file once built; tests run from the sources and take it from dist. */
function kernelPath(): string {
  const here = fileURLToPath(new URL("./kernel.wasm", import.meta.url));
  return here.replace(/([\\/])src([\\/]lib[\\/]kernel[\\/]kernel\.wasm)$/, "$1dist$2");
}
