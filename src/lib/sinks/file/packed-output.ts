import { Packer } from "../../base/packer.js";
import type { Output } from "../../pipeline/contract/terminal.js";

/** An output whose bytes are packed. `end` comes before the one below is looked at. */
export class PackedOutput implements Output {
  readonly isTerminal = false;
  readonly hasColour = false;
  readonly columns: number;
  private readonly packer: Packer;

  /** Throws usage.bad-value, as Packer. */
  constructor(below: Output, packing: "gzip" | "zstd") {
    this.columns = below.columns;
    this.packer = new Packer(packing, (bytes) => below.write(bytes));
  }

  write(data: string | Uint8Array): Promise<boolean> {
    return this.packer.write(data);
  }

  async end(): Promise<void> {
    await this.packer.end();
  }
}
