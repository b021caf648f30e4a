/**
 * Writes small MaxMind DB files, from the published description of the format (version 2.0,
 * https://maxmind.github.io/MaxMind-DB/).
 *
 *     search tree: nodes of two records      a record below the number of nodes: the next node; equal to it: nothing;
 *     16 zero bytes                          above: (place in the data section) + number of nodes + 16
 *     data section: values
 *     \xab\xcd\xefMaxMind.com, then the metadata as one map
 */
export type MmdbValue =
  | string
  | number
  | boolean
  | bigint
  | MmdbValue[]
  | { readonly [name: string]: MmdbValue };

export interface MmdbOptions {
  readonly type?: string;
  readonly recordSize?: 24 | 28 | 32;
  readonly ipVersion?: 4 | 6;
}

/** Networks as `[bits of the prefix, value]`; the later of two that overlap wins where it is the narrower one. */
export function mmdb(networks: readonly (readonly [string, MmdbValue])[], options: MmdbOptions = {}): Buffer {
  const { type = "Test-City", recordSize = 24, ipVersion = 6 } = options;
  const root: Node = [undefined, undefined];
  const values: Buffer[] = [];
  let dataBytes = 0;
  for (const [network, value] of networks) {
    const bytes = valueBytes(value);
    insert(root, bitsOf(network, ipVersion), dataBytes);
    values.push(bytes);
    dataBytes += bytes.length;
  }
  const nodes = listed(root);
  const count = nodes.length;
  const tree = Buffer.concat(
    nodes.map((node) =>
      nodeBytes(
        node.map((r) => recordOf(r, nodes)),
        recordSize,
      ),
    ),
  );
  const metadata = valueBytes({
    binary_format_major_version: uint(2, 5),
    binary_format_minor_version: uint(0, 5),
    build_epoch: 1_700_000_000n,
    database_type: type,
    description: { en: "A small one for tests" },
    ip_version: uint(ipVersion, 5),
    languages: ["en"],
    node_count: uint(count, 6),
    record_size: uint(recordSize, 5),
  } as unknown as MmdbValue);
  const marker = Buffer.from("\xab\xcd\xefMaxMind.com", "latin1");
  return Buffer.concat([tree, Buffer.alloc(16), ...values, marker, metadata]);
}

/** Another node, the place of a value, or nothing. */
type Record_ = Node | number | undefined;
type Node = [Record_, Record_];

function insert(root: Node, bits: readonly number[], place: number): void {
  let node = root;
  bits.forEach((bit, depth) => {
    if (depth === bits.length - 1) {
      node[bit] = place;
      return;
    }
    const next = node[bit];
    // A network inside of a wider one: the wider one goes on beside it.
    if (!Array.isArray(next)) node[bit] = [next, next];
    node = node[bit] as Node;
  });
}

function listed(root: Node): Node[] {
  const nodes: Node[] = [root];
  for (const node of nodes) for (const next of node) if (Array.isArray(next)) nodes.push(next);
  return nodes;
}

function recordOf(record: Record_, nodes: readonly Node[]): number {
  if (record === undefined) return nodes.length;
  return Array.isArray(record) ? nodes.indexOf(record) : nodes.length + 16 + record;
}

function nodeBytes(records: readonly number[], recordSize: 24 | 28 | 32): Buffer {
  const [left = 0, right = 0] = records;
  const bytes = Buffer.alloc(recordSize / 4);
  if (recordSize === 32) {
    bytes.writeUInt32BE(left, 0);
    bytes.writeUInt32BE(right, 4);
  } else {
    bytes.writeUIntBE(left & 0xff_ffff, 0, 3);
    bytes.writeUIntBE(right & 0xff_ffff, recordSize / 4 - 3, 3);
    if (recordSize === 28) bytes[3] = ((left >>> 24) << 4) | (right >>> 24);
  }
  return bytes;
}

/** `192.0.2.0/24` or `2001:db8::/32`; in a tree of IPv6 the addresses of IPv4 lie behind 96 zero bits. */
function bitsOf(network: string, ipVersion: 4 | 6): number[] {
  const [address = "", length = "0"] = network.split("/");
  const isV4 = !address.includes(":");
  const groups = isV4
    ? address.split(".").map((part) => Number(part).toString(2).padStart(8, "0"))
    : hextets(address);
  const bits = [...groups.join("")].map(Number).slice(0, Number(length));
  return isV4 && ipVersion === 6 ? [...Array<number>(96).fill(0), ...bits] : bits;
}

function hextets(address: string): string[] {
  const [left = "", right = ""] = address.split("::");
  const head = left === "" ? [] : left.split(":");
  const tail = right === "" ? [] : right.split(":");
  const all = [...head, ...Array<string>(8 - head.length - tail.length).fill("0"), ...tail];
  return all.map((group) => Number.parseInt(group, 16).toString(2).padStart(16, "0"));
}

/** A whole number as the type of the format that is wanted: 5, 16 bits; 6, 32 bits. */
function uint(value: number, type: 5 | 6): { readonly uint: number; readonly type: number } {
  return { uint: value, type };
}

/** Whole numbers become uint32, others doubles, bigints uint64. */
export function valueBytes(value: MmdbValue | { readonly uint: number; readonly type: number }): Buffer {
  if (typeof value === "string") return withControl(2, Buffer.from(value));
  if (typeof value === "bigint") return withControl(9, digits(value));
  if (typeof value === "boolean") return control(14, value ? 1 : 0);
  if (typeof value === "number") {
    if (Number.isInteger(value) && value >= 0) return withControl(6, digits(BigInt(value)));
    const double = Buffer.alloc(8);
    double.writeDoubleBE(value);
    return withControl(3, double);
  }
  if (Array.isArray(value)) return Buffer.concat([control(11, value.length), ...value.map(valueBytes)]);
  if ("uint" in value && typeof value.type === "number")
    return withControl(value.type, digits(BigInt(value.uint as number)));
  const members = Object.entries(value as Record<string, MmdbValue>);
  return Buffer.concat([control(7, members.length), ...members.flat().map((part) => valueBytes(part))]);
}

function withControl(type: number, payload: Buffer): Buffer {
  return Buffer.concat([control(type, payload.length), payload]);
}

/** Types above 7 are written in a byte of their own; sizes from 29 on in one or two. */
function control(type: number, size: number): Buffer {
  const kind = type > 7 ? [0, type - 7] : [type << 5];
  if (size < 29) return Buffer.from([kind[0]! | size, ...kind.slice(1)]);
  if (size < 285) return Buffer.from([kind[0]! | 29, ...kind.slice(1), size - 29]);
  return Buffer.from([kind[0]! | 30, ...kind.slice(1), (size - 285) >> 8, (size - 285) & 255]);
}

/** Big-endian, without leading zeros. */
function digits(value: bigint): Buffer {
  if (value === 0n) return Buffer.alloc(0);
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
}
