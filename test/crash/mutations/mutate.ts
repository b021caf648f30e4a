/** What a bad disk, a crash of a file system or a person can do to the files of a write-ahead log. */
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

export type Random = () => number;

/** One of the items. */
export function pick<T>(items: readonly T[], random: Random): T {
  return items[Math.floor(random() * items.length)]!;
}

/** The files of all writers of a table that can be damaged: segments, marks and locks. */
export function walFiles(table: string): string[] {
  const parent = join(table, "_wal");
  const directories = existsSync(parent) ? readdirSync(parent) : [];
  return directories
    .flatMap((writer) => readdirSync(join(parent, writer)).map((name) => join(parent, writer, name)))
    .filter((path) => /\.(ndjson|commits|aside)$|\/(acknowledged|lock-\d+)$/.test(path))
    .sort();
}

type Mutation = (path: string, random: Random) => boolean;

function change(path: string, random: Random, how: (bytes: Buffer, random: Random) => Buffer): boolean {
  const bytes = readFileSync(path);
  const changed = how(Buffer.from(bytes), random);
  if (changed.equals(bytes)) return false;
  writeFileSync(path, changed);
  return true;
}

const bytesChanged =
  (how: (bytes: Buffer, random: Random) => Buffer): Mutation =>
  (path, random) =>
    change(path, random, how);

function range(bytes: Buffer, random: Random): [number, number] {
  const from = Math.floor(random() * bytes.length);
  return [from, Math.min(bytes.length, from + 1 + Math.floor(random() * Math.min(bytes.length, 4096)))];
}

function linesIn(bytes: Buffer): string[] {
  return bytes.toString("latin1").split(/(?<=\n)/);
}

const ofLines = (how: (lines: string[], random: Random) => string[]): Mutation =>
  bytesChanged((bytes, random) => Buffer.from(how(linesIn(bytes), random).join(""), "latin1"));

/** Another file with the same ending, of this table. */
function other(path: string, random: Random): string | undefined {
  const table = dirname(dirname(dirname(path)));
  const kind = (one: string) => basename(one).replace(/[\d-]/g, "");
  const others = walFiles(table).filter((one) => one !== path && kind(one) === kind(path));
  return others.length === 0 ? undefined : pick(others, random);
}

const NOTHING = Buffer.alloc(0);

/** Each says whether it has changed anything. */
export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  "flip a bit": bytesChanged((bytes, random) => {
    if (bytes.length > 0) bytes[Math.floor(random() * bytes.length)]! ^= 1 << Math.floor(random() * 8);
    return bytes;
  }),
  "flip many bits": bytesChanged((bytes, random) => {
    for (let n = 0; n < 20 && bytes.length > 0; n++)
      bytes[Math.floor(random() * bytes.length)]! ^= 1 << Math.floor(random() * 8);
    return bytes;
  }),
  "change a digit": bytesChanged((bytes, random) => {
    const digits = [...bytes.keys()].filter((i) => bytes[i]! >= 0x30 && bytes[i]! <= 0x39);
    if (digits.length > 0) {
      const at = pick(digits, random);
      bytes[at] = 0x30 + ((bytes[at]! - 0x30 + 1 + Math.floor(random() * 9)) % 10);
    }
    return bytes;
  }),
  "zero a range": bytesChanged((bytes, random) => bytes.fill(0, ...range(bytes, random))),
  "zero it": bytesChanged((bytes) => bytes.fill(0)),
  "blank a range": bytesChanged((bytes, random) => bytes.fill(32, ...range(bytes, random))),
  "other bytes in a range": bytesChanged((bytes, random) => {
    const [from, to] = range(bytes, random);
    for (let i = from; i < to; i++) bytes[i] = Math.floor(random() * 256);
    return bytes;
  }),
  "cut it off": bytesChanged((bytes, random) => bytes.subarray(0, Math.floor(random() * bytes.length))),
  "cut it off at a line": ofLines((lines, random) => lines.slice(0, Math.floor(random() * lines.length))),
  "empty it": bytesChanged(() => NOTHING),
  "cut off its start": bytesChanged((bytes, random) => bytes.subarray(Math.floor(random() * bytes.length))),
  "append zeros": bytesChanged((bytes, random) =>
    Buffer.concat([bytes, Buffer.alloc(1 + Math.floor(random() * 4096))]),
  ),
  "append a line": bytesChanged((bytes) =>
    Buffer.concat([bytes, Buffer.from('{"n":1000000,"text":"nobody"}\n')]),
  ),
  "append its end again": bytesChanged((bytes, random) =>
    Buffer.concat([bytes, bytes.subarray(range(bytes, random)[0])]),
  ),
  "append a blank line": bytesChanged((bytes) => Buffer.concat([bytes, Buffer.from("\n")])),
  "take a line out": ofLines((lines, random) => lines.toSpliced(Math.floor(random() * lines.length), 1)),
  "a line twice": ofLines((lines, random) => {
    const at = Math.floor(random() * lines.length);
    return lines.toSpliced(at, 0, lines[at]!);
  }),
  "two lines swapped": ofLines((lines, random) => {
    const [a, b] = [Math.floor(random() * lines.length), Math.floor(random() * lines.length)];
    [lines[a], lines[b]] = [lines[b]!, lines[a]!];
    return lines;
  }),
  "a page from elsewhere": bytesChanged((bytes, random) => {
    if (bytes.length > 1024) {
      const [from, to] = [
        Math.floor(random() * (bytes.length - 512)),
        Math.floor(random() * (bytes.length - 512)),
      ];
      bytes.copy(bytes, to, from, from + 512);
    }
    return bytes;
  }),
  "remove it": (path) => {
    rmSync(path);
    return true;
  },
  "rename it": (path) => {
    renameSync(path, `${path}.old`);
    return true;
  },
  "give it another number": (path, random) => {
    const to = join(
      dirname(path),
      basename(path).replace(/^\d{20}/, `${9 + Math.floor(random() * 9)}`.padStart(20, "0")),
    );
    if (existsSync(to)) return false;
    renameSync(path, to);
    return true;
  },
  "the bytes of another": (path, random) => {
    const from = other(path, random);
    return from !== undefined && change(path, random, () => readFileSync(from));
  },
  "swap it with another": (path, random) => {
    const from = other(path, random);
    if (from === undefined) return false;
    const bytes = readFileSync(from);
    const own = readFileSync(path);
    if (own.equals(bytes)) return false;
    writeFileSync(from, own);
    writeFileSync(path, bytes);
    return true;
  },
  "remove the segment": (path) => {
    const number = /^\d{20}/.exec(basename(path))?.[0];
    if (number === undefined) return false;
    const names = readdirSync(dirname(path)).filter((name) => /^\d{20}\./.test(name));
    // One before the newest is told by nothing else.
    if (names.some((name) => name.slice(0, 20) > number)) return false;
    for (const name of names.filter((one) => one.startsWith(number))) rmSync(join(dirname(path), name));
    return true;
  },
  "the segment under another number": (path, random) => {
    const number = /^\d{20}/.exec(basename(path))?.[0];
    if (number === undefined) return false;
    const to = `${9 + Math.floor(random() * 9)}`.padStart(20, "0");
    for (const name of readdirSync(dirname(path)))
      if (name.startsWith(`${number}.`))
        renameSync(join(dirname(path), name), join(dirname(path), name.replace(number, to)));
    return true;
  },
  "the segment twice": (path) => {
    const number = /^\d{20}/.exec(basename(path))?.[0];
    if (number === undefined) return false;
    for (const name of readdirSync(dirname(path)))
      if (name.startsWith(`${number}.`))
        cpSync(join(dirname(path), name), join(dirname(path), name.replace(number, "30".padStart(20, "0"))));
    return true;
  },
  "the writer's directory twice": (path) => {
    const copy = `${dirname(path).slice(0, -4)}0000`;
    if (existsSync(copy) || readdirSync(dirname(path)).every((name) => !/^\d{20}\./.test(name))) return false;
    cpSync(dirname(path), copy, { recursive: true, preserveTimestamps: true });
    return true;
  },
};
