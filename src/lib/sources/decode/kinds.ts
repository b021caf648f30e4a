/**
 * What input is, told by its first bytes and never by its name: compressed data that is decoded, and the archives,
 * other compressions and binary files that people give by mistake or by a pattern, which are refused by name. Every
 * signature has bytes that no text has, or words that no log begins with.
 */
import { isZlib } from "./zlib-stream.js";

export interface InputKind {
  readonly name: string;
  /** "a zip archive". */
  readonly what: string;
  /** What makes lines of it, with FILE for its path. */
  readonly command?: string;
  /** The decoder; absent: it is refused. */
  readonly codec?: "gzip" | "zstd";
  /** Undefined stands for any byte. */
  readonly magic: readonly (number | undefined)[];
  readonly offset?: number;
}

/** Enough to tell every kind: a tar archive says so at 257. */
export const KIND_BYTES = 512;

/**
 * The kind that `head` begins as; "undecided" when it may be one whose signature is longer than `head`. `isWhole`:
 * nothing comes behind it, so that the start of a decoder's signature, where no text has it, is of data that was cut.
 */
export function inputKindOf(head: Uint8Array, isWhole = false): InputKind | "none" | "undecided" {
  let answer: "none" | "undecided" = "none";
  for (const kind of KINDS) {
    const { magic, offset = 0 } = kind;
    const length = Math.min(Math.max(0, head.length - offset), magic.length);
    let at = 0;
    while (at < length && (magic[at] === undefined || magic[at] === head[offset + at])) at++;
    if (at < length) continue;
    if (length === magic.length) return kind;
    // What says what it is further in is not waited for: anything may stand before.
    if (offset !== 0) continue;
    if (!isWhole) answer = "undecided";
    else if (kind.codec !== undefined && length > 1 && head.some(isNoText)) return kind;
  }
  const zlib = isZlib(head, KIND_BYTES, isWhole);
  if (zlib === true) return ZLIB;
  return zlib === "undecided" ? zlib : answer;
}

/** Controls, and what is no character of UTF-8 where it stands first. */
function isNoText(byte: number): boolean {
  return byte < 0x20 || byte > 0x7e;
}

const ZLIB: InputKind = {
  name: "zlib",
  what: "compressed with zlib",
  command: "pigz -dc < FILE",
  magic: [],
};

const ANY = undefined;

function bytes(text: string): number[] {
  return [...Buffer.from(text, "latin1")];
}

function packed(name: string, what: string, magic: InputKind["magic"], command: string): InputKind {
  return { name, what: `compressed with ${what}`, command, magic };
}

function skippable(first: number): InputKind {
  return { name: "zstd", what: "compressed with zstd", codec: "zstd", magic: [first, 0x2a, 0x4d, 0x18] };
}

function binary(
  name: string,
  what: string,
  magic: InputKind["magic"],
  command?: string,
  offset?: number,
): InputKind {
  return {
    name,
    what,
    magic,
    ...(command === undefined ? {} : { command }),
    ...(offset === undefined ? {} : { offset }),
  };
}

/** RFC 1952 section 2.3.1 (8 is the only method there is), RFC 8878 sections 3.1.1 and 3.1.2. */
const DECODED: readonly InputKind[] = [
  { name: "gzip", what: "compressed with gzip", codec: "gzip", magic: [0x1f, 0x8b, 0x08] },
  { name: "zstd", what: "compressed with zstd", codec: "zstd", magic: [0x28, 0xb5, 0x2f, 0xfd] },
  ...Array.from({ length: 16 }, (_, n) => skippable(0x50 + n)),
];

/** Each signature as the format's own specification or `file(1)` has it. */
const PACKED: readonly InputKind[] = [
  packed("bzip2", "bzip2", [...bytes("BZh"), ANY, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59], "bzip2 -dc FILE"),
  packed("bzip2", "bzip2", [...bytes("BZh"), ANY, 0x17, 0x72, 0x45, 0x38, 0x50, 0x90], "bzip2 -dc FILE"),
  packed("xz", "xz", [0xfd, ...bytes("7zXZ"), 0], "xz -dc FILE"),
  packed("lzma", "lzma", [0x5d, 0, 0, ANY, ANY, ...Array<number>(8).fill(0xff)], "xz -dc FILE"),
  packed("lzip", "lzip", [...bytes("LZIP"), 1], "lzip -dc FILE"),
  packed("lz4", "lz4", [0x04, 0x22, 0x4d, 0x18], "lz4 -dc FILE"),
  packed("lz4", "lz4", [0x02, 0x21, 0x4c, 0x18], "lz4 -dc FILE"),
  packed("lzop", "lzop", [0x89, ...bytes("LZO"), 0, 0x0d, 0x0a, 0x1a, 0x0a], "lzop -dc FILE"),
  packed("compress", "compress", [0x1f, 0x9d], "gzip -dc FILE"),
  packed("pack", "pack", [0x1f, 0x1e], "gzip -dc FILE"),
  packed("snappy", "snappy", [0xff, 6, 0, 0, ...bytes("sNaPpY")], "snzip -dc FILE"),
];

const ARCHIVES: readonly InputKind[] = [
  binary("tar", "a tar archive", [...bytes("ustar"), 0, ...bytes("00")], "tar -xOf FILE", 257),
  binary("tar", "a tar archive", [...bytes("ustar  "), 0], "tar -xOf FILE", 257),
  binary("zip", "a zip archive", [...bytes("PK"), 3, 4], "unzip -p FILE"),
  binary("zip", "a zip archive", [...bytes("PK"), 5, 6], "unzip -p FILE"),
  binary("zip", "a zip archive", [...bytes("PK"), 7, 8], "unzip -p FILE"),
  binary("7z", "a 7z archive", [...bytes("7z"), 0xbc, 0xaf, 0x27, 0x1c], "7z x -so FILE"),
  binary("rar", "a rar archive", [...bytes("Rar!"), 0x1a, 7], "unrar p -inul FILE"),
  binary("cab", "a cab archive", [...bytes("MSCF"), 0, 0, 0, 0], "cabextract -p FILE"),
  binary("ar", "an ar archive", bytes("!<arch>\n"), "ar p FILE"),
  binary("rpm", "an rpm package", [0xed, 0xab, 0xee, 0xdb], "rpm2cpio FILE | cpio -i --to-stdout"),
];

const LOGS_OF_OTHERS: readonly InputKind[] = [
  binary("journal", "a journal file of systemd", bytes("LPKSHHRH"), "journalctl -o json --file FILE"),
  binary("evtx", "a Windows event log", [...bytes("ElfFile"), 0], "evtx_dump -o jsonl FILE"),
  binary("pcap", "a packet capture", [0xd4, 0xc3, 0xb2, 0xa1], "tcpdump -nr FILE"),
  binary("pcap", "a packet capture", [0xa1, 0xb2, 0xc3, 0xd4], "tcpdump -nr FILE"),
  binary("pcap", "a packet capture", [0x4d, 0x3c, 0xb2, 0xa1], "tcpdump -nr FILE"),
  binary("pcapng", "a packet capture", [0x4d, 0x3c, 0x2b, 0x1a], "tcpdump -nr FILE", 8),
];

const TABLES: readonly InputKind[] = [
  binary("parquet", "a Parquet file", [...bytes("PAR1"), 0x15], `logpipe query "FROM 'FILE'"`),
  binary("parquet", "an encrypted Parquet file", [...bytes("PARE"), 0x15]),
  binary("avro", "an Avro file", [...bytes("Obj"), 1]),
  binary("arrow", "an Arrow file", [...bytes("ARROW1"), 0, 0]),
  // A stream of them: a mark, the length of the schema's message, and where in it its root is.
  binary("arrow", "an Arrow stream", [0xff, 0xff, 0xff, 0xff, ANY, ANY, 0, 0, ANY, 0, 0, 0]),
  binary("sqlite", "a SQLite database", [...bytes("SQLite format 3"), 0], "sqlite3 FILE 'SELECT ...'"),
  binary("duckdb", "a DuckDB database", [...bytes("DUCK"), ANY, ...Array<number>(7).fill(0)], undefined, 8),
];

const OTHERS: readonly InputKind[] = [
  binary("elf", "a program", [0x7f, ...bytes("ELF")]),
  binary("macho", "a program", [0xcf, 0xfa, 0xed, 0xfe]),
  binary("class", "a program", [0xca, 0xfe, 0xba, 0xbe]),
  binary("wasm", "a program", [0, ...bytes("asm"), 1, 0, 0, 0]),
  binary("pe", "a program", [...bytes("MZ"), 0x90, 0]),
  binary("pdf", "a PDF document", bytes("%PDF-"), "pdftotext FILE -"),
  binary("ole", "an Office document", [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]),
  binary("png", "an image", [0x89, ...bytes("PNG"), 0x0d, 0x0a]),
  binary("jpeg", "an image", [0xff, 0xd8, 0xff]),
  binary("gif", "an image", bytes("GIF87a")),
  binary("gif", "an image", bytes("GIF89a")),
  binary("plist", "a binary property list", bytes("bplist0")),
  binary("age", "encrypted with age", bytes("age-encryption.org/v1\n"), "age -d FILE"),
  binary("openssl", "encrypted with openssl", bytes("Salted__")),
];

const KINDS: readonly InputKind[] = [
  ...DECODED,
  ...PACKED,
  ...ARCHIVES,
  ...LOGS_OF_OTHERS,
  ...TABLES,
  ...OTHERS,
];
