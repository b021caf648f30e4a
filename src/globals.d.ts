/** What Node 20 has and its type package leaves out. */

declare namespace WebAssembly {
  interface Memory {
    readonly buffer: ArrayBuffer;
  }
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports?: Record<string, Record<string, unknown>>);
    readonly exports: Record<string, unknown>;
  }
}

interface Buffer {
  /** `toString("latin1", start, end)` without the checks. */
  latin1Slice(start?: number, end?: number): string;
  /** `toString("utf8", start, end)` without the checks. */
  utf8Slice(start?: number, end?: number): string;
}
