// Enter here: standard output and files, whole or not at all.
/** The ends of a pipeline that has no sink: standard output, or a file (`-o`). */
import { Packer } from "../../base/packer.js";
import type { Block } from "../../event/block.js";
import {
  type Delivery,
  newDelivery,
  type Outcome,
  STORED,
  worseOutcome,
} from "../../event/delivery/delivery.js";
import type { Packing } from "../../options/result-format.js";
import type { Sink } from "../../pipeline/contract/sink.js";
import type { Output } from "../../pipeline/contract/terminal.js";
import { DescriptorOutput } from "../../terminal/output/descriptor.js";
import { OutputFile } from "./output-file.js";
import { PackedOutput } from "./packed-output.js";

/**
 * Writes NDJSON to standard output. A block is stored, as far as a pipe can say, once the reader's pipe has taken it.
 */
export class OutputSink implements Sink {
  onReleased?: (block: Block) => void;
  private readonly output: Output;

  constructor(output: Output) {
    this.output = output;
  }

  async write(block: Block): Promise<boolean> {
    const isWanted = block.bytes.length === 0 || (await this.output.write(block.bytes));
    this.onReleased?.(block);
    if (isWanted) block.delivery?.settle(STORED);
    return isWanted;
  }

  async flush(): Promise<void> {}
  async close(): Promise<void> {}
}

/** Writes NDJSON to a file. Nothing is settled before the file has its name. */
export class FileSink implements Sink {
  onReleased?: (block: Block) => void;
  private readonly file: OutputFile;
  private readonly written = new Set<Delivery>();
  private hasFailed = false;
  private readonly packer: Packer | undefined;

  private constructor(file: OutputFile, packing: Packing | undefined) {
    this.file = file;
    this.packer = packing && new Packer(packing, (bytes) => this.writeBytes(bytes));
  }

  /** Throws usage.bad-value, as Packer. */
  static async open(path: string, packing?: Packing, signal?: AbortSignal): Promise<FileSink> {
    checkPacking(packing);
    return new FileSink(await OutputFile.open(path, signal), packing);
  }

  get replaces(): string | undefined {
    return this.file.hasOld ? this.file.path : undefined;
  }

  async write(block: Block): Promise<boolean> {
    try {
      await (this.packer?.write(block.bytes) ?? this.writeBytes(block.bytes));
    } catch (error) {
      this.hasFailed = true;
      throw error;
    }
    if (block.delivery !== undefined) this.written.add(block.delivery);
    this.onReleased?.(block);
    return true;
  }

  async flush(): Promise<void> {}

  async close(): Promise<void> {
    if (this.hasFailed) return this.abandon();
    await this.packer?.end();
    await this.file.commit();
    for (const delivery of this.written) delivery.settle(STORED);
  }

  async abandon(): Promise<void> {
    await this.file.abandon();
  }

  private async writeBytes(bytes: Uint8Array): Promise<boolean> {
    await this.file.write(bytes);
    return true;
  }
}

/** A sink that prints, into a file: what it settles counts once the file has its name. */
export class PrintedFile implements Sink {
  private readonly file: OutputFile;
  private readonly output: DescriptorOutput;
  private readonly printer: Sink;
  private readonly printed = new Map<Delivery, Outcome>();
  private readonly packed: PackedOutput | undefined;

  private constructor(
    file: OutputFile,
    output: DescriptorOutput,
    { printer, packed }: { readonly printer: Sink; readonly packed: PackedOutput | undefined },
  ) {
    this.file = file;
    this.output = output;
    this.printer = printer;
    this.packed = packed;
  }

  /** `open` makes the sink that prints to the output. */
  static async open(
    path: string,
    open: (stdout: Output) => Promise<Sink>,
    { packing, signal }: { readonly packing?: Packing | undefined; readonly signal?: AbortSignal } = {},
  ): Promise<PrintedFile> {
    checkPacking(packing);
    const file = await OutputFile.open(path, signal);
    const output = outputOn(file);
    const packed = packing && new PackedOutput(output, packing);
    try {
      return new PrintedFile(file, output, { printer: await open(packed ?? output), packed });
    } catch (error) {
      await file.abandon();
      throw error;
    }
  }

  get replaces(): string | undefined {
    return this.file.hasOld ? this.file.path : undefined;
  }

  write(block: Block): Promise<boolean> {
    const { delivery } = block;
    if (delivery !== undefined)
      block.delivery = newDelivery((outcome) => {
        this.printed.set(delivery, worseOutcome(this.printed.get(delivery) ?? STORED, outcome));
      });
    return this.printer.write(block);
  }

  async flush(): Promise<void> {
    await this.printer.flush();
  }

  async close(): Promise<void> {
    try {
      await this.printer.close();
      await this.packed?.end();
      await this.output.drained();
    } catch (error) {
      await this.file.abandon();
      throw error;
    }
    await this.file.commit();
    for (const [delivery, outcome] of this.printed) delivery.settle(outcome);
  }

  async abandon(): Promise<void> {
    await this.printer.abandon?.();
    await this.output.drained();
    await this.file.abandon();
  }
}

/** Throws before anything is opened. */
function checkPacking(packing: Packing | undefined): void {
  if (packing !== undefined) new Packer(packing, async () => true);
}

/** An output on the file; it is the file's to commit or abandon. */
export function outputOn(file: OutputFile): DescriptorOutput {
  return new DescriptorOutput(file.handle.fd, file.path, {
    isTerminal: false,
    hasColour: false,
    columns: () => 80,
    signal: file.signal,
  });
}
