/**
 * What the kernel's `project` is told to look for: see src/lib/kernel/assembly/fields/project-table.ts for the layout.
 */
import { quote } from "../../json/quote.js";

/** Fields that one pass finds with the kernel; what is beyond is found line by line, slowly. */
export const PROJECT_FIELDS_MAX = 256;
const TABLE_BYTES = 32_768;
const SCRATCH_MAX = 64;
/** A path with n dots has 2^n places where its value may be. */
const DOTS_MAX = 4;
const HEADER_BYTES = 16;
const CONTEXT_BYTES = 16;
const ENTRY_BYTES = 32;
const CHOICE_BYTES = 12;
const NONE = 0xffff_ffff;

/** The event itself, or an object or array inside of it that paths lead into. */
interface Context {
  readonly entries: Map<string, Entry>;
  /** The scratch slots of everything below, a bit each. */
  mask: bigint;
}

interface Entry {
  slot: number;
  child: Context | undefined;
}

/** A field and the scratch slots [first, last) in the order in which they count. */
interface Choice {
  readonly field: number;
  readonly first: number;
  readonly last: number;
}

export class FieldTable {
  readonly paths: readonly string[];
  /** By field: whether the kernel does not look for it. */
  readonly isApart: readonly boolean[];
  scratchSlots = 0;
  private readonly top: Context = { entries: new Map(), mask: 0n };
  private readonly contexts: Context[] = [this.top];
  private readonly choices: Choice[] = [];
  private bytes = HEADER_BYTES + CONTEXT_BYTES;
  private built: Buffer | undefined;
  private builtAt = -1;

  constructor(paths: readonly string[]) {
    this.paths = paths;
    this.isApart = paths.map((path, field) => !this.add(path, field));
  }

  /** The table as bytes that lie at `address`. */
  image(address: number): Buffer {
    if (this.built === undefined || this.builtAt !== address) {
      this.built = this.build(address);
      this.builtAt = address;
    }
    return this.built;
  }

  private add(path: string, field: number): boolean {
    const dots = path.split(".").length - 1;
    const places = 2 ** dots;
    const key = Buffer.byteLength(quote(path));
    const bytes = places * (ENTRY_BYTES + CONTEXT_BYTES + key) + CHOICE_BYTES;
    const isFar = field >= PROJECT_FIELDS_MAX || dots > DOTS_MAX;
    if (isFar || this.bytes + bytes > TABLE_BYTES || this.scratchSlots + places - 1 > SCRATCH_MAX)
      return false;
    this.bytes += bytes;
    const first = this.scratchSlots;
    entryIn(this.top, path).slot = field;
    this.addInside(this.top, path, []);
    if (this.scratchSlots > first) this.choices.push({ field, first, last: this.scratchSlots });
    return true;
  }

  /** The places that are not the whole path as one key, in the order in which they count. */
  private addInside(context: Context, path: string, above: readonly Context[]): void {
    for (const [name, rest] of splits(path)) {
      const entry = entryIn(context, name);
      if (entry.child === undefined) {
        entry.child = { entries: new Map(), mask: 0n };
        this.contexts.push(entry.child);
      }
      const inside = [...above, entry.child];
      const slot = this.scratchSlots++;
      for (const holder of inside) holder.mask |= 1n << BigInt(slot);
      entryIn(entry.child, rest).slot = this.paths.length + slot;
      this.addInside(entry.child, rest, inside);
    }
  }

  private build(address: number): Buffer {
    const image = Buffer.alloc(TABLE_BYTES);
    const contextAt = (context: Context) =>
      address + HEADER_BYTES + this.contexts.indexOf(context) * CONTEXT_BYTES;
    let at = HEADER_BYTES + this.contexts.length * CONTEXT_BYTES;
    const entries = this.contexts.flatMap((context, n) => {
      const header = HEADER_BYTES + n * CONTEXT_BYTES;
      image.writeUInt32LE(address + at, header);
      at += context.entries.size * ENTRY_BYTES;
      image.writeUInt32LE(address + at, header + 4);
      image.writeBigUInt64LE(context.mask, header + 8);
      return [...context.entries];
    });
    let entryAt = HEADER_BYTES + this.contexts.length * CONTEXT_BYTES;
    for (const [key, { slot, child }] of entries) {
      const text = Buffer.from(quote(key).slice(1, -1));
      image.writeUInt32LE(address + at, entryAt);
      image.writeUInt32LE(text.length, entryAt + 4);
      image.writeUInt32LE(slot, entryAt + 8);
      image.writeUInt32LE(child === undefined ? 0 : contextAt(child), entryAt + 12);
      image.writeUInt32LE(elementIndex(key), entryAt + 16);
      at += text.copy(image, at);
      entryAt += ENTRY_BYTES;
    }
    at = (at + 3) & ~3;
    image.writeUInt32LE(address + at, 0);
    image.writeUInt32LE(this.choices.length, 4);
    for (const { field, first, last } of this.choices) {
      for (const word of [field, first, last]) at = image.writeUInt32LE(word, at);
    }
    return image.subarray(0, at);
  }
}

function entryIn(context: Context, key: string): Entry {
  let entry = context.entries.get(key);
  if (entry === undefined) {
    entry = { slot: NONE, child: undefined };
    context.entries.set(key, entry);
  }
  return entry;
}

/** The element of an array that a part of a path means. */
function elementIndex(key: string): number {
  return /^(?:0|[1-9][0-9]{0,8})$/.test(key) ? Number(key) : NONE;
}

/** `a.b.c` cut at each dot, the longest first part first. */
function splits(path: string): [string, string][] {
  const found: [string, string][] = [];
  for (let dot = path.lastIndexOf("."); dot > 0; dot = path.lastIndexOf(".", dot - 1))
    found.push([path.slice(0, dot), path.slice(dot + 1)]);
  return found;
}
