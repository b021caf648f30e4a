/** File calls with names, so that one of them can be killed before, after or in the middle, or made to fail. */
import { relative } from "node:path";
import type { Files, OpenFile } from "../../src/lib/base/files.js";

/** A call that is about to happen: `sync _wal/<id>/<n>.ndjson`, and how many of that name came before it, from 1. */
export interface Call {
  readonly name: string;
  readonly count: number;
  /** Whether the call changes anything on the disk. */
  readonly isChange: boolean;
}

/** Does the call, or something else in its place. `half` writes the first half of the bytes of a write and no more. */
export type Around = <T>(call: Call, act: () => Promise<T>, half?: () => Promise<void>) => Promise<T>;

/** `files` with every call going through `around`. Names are told from paths below `root`. */
export function namedFiles(files: Files, root: string, around: Around): Files {
  const counts = new Map<string, number>();
  const name = (operation: string, path: string, isChange: boolean): Call => {
    const full = `${operation} ${kindOf(relative(root, path))}`;
    const count = (counts.get(full) ?? 0) + 1;
    counts.set(full, count);
    return { name: full, count, isChange };
  };
  const change = <T>(operation: string, path: string, act: () => Promise<T>) =>
    around(name(operation, path, true), act);
  const look = <T>(operation: string, path: string, act: () => Promise<T>) =>
    around(name(operation, path, false), act);
  const wrap = (file: OpenFile, path: string): OpenFile => ({
    write: (buffers, offset) =>
      around(
        name("write", path, true),
        () => file.write(buffers, offset),
        () => file.write([firstHalf(buffers)], offset),
      ),
    read: (offset, length) => look("read", path, () => file.read(offset, length)),
    sync: () => change("sync", path, () => file.sync()),
    truncate: (length) => change("truncate", path, () => file.truncate(length)),
    size: () => file.size(),
    ...(file.identity && { identity: () => file.identity!() }),
    close: () => file.close(),
  });
  return {
    ...files,
    open: async (path, mode) => {
      const open = () => files.open(path, mode);
      const file = await (mode === "read" ? look("open", path, open) : change(`${mode}`, path, open));
      return wrap(file, path);
    },
    link: (existing, path) => change("link", path, () => files.link(existing, path)),
    rename: (from, to) => change("rename", to, () => files.rename(from, to)),
    remove: (path) => change("remove", path, () => files.remove(path)),
    removeDirectory: (path) => change("removeDirectory", path, () => files.removeDirectory(path)),
    makeDirectory: (path) => change("makeDirectory", path, () => files.makeDirectory(path)),
    syncDirectory: (path) => change("syncDirectory", path, () => files.syncDirectory(path)),
    list: (path) => look("list", path, () => files.list(path)),
    read: (path) => look("readFile", path, () => files.read(path)),
    stat: (path) => files.stat(path),
    linkTarget: (path) => files.linkTarget(path),
    makeLink: (target, path) => change("makeLink", path, () => files.makeLink(target, path)),
  };
}

/** What a path is, whatever its random and counted parts are. */
function kindOf(path: string): string {
  return path
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "ID")
    .replace(/\d{4}-\d\d-\d\d/g, "DAY")
    .replace(/\d+/g, "N");
}

function firstHalf(buffers: readonly Uint8Array[]): Buffer {
  const all = Buffer.concat(buffers);
  return all.subarray(0, all.length >> 1);
}

/** Where a run is to be stopped: `before sync _wal/ID/N.ndjson #2`. */
export interface Point {
  readonly when: "before" | "half" | "after";
  readonly name: string;
  readonly count: number;
}

export function isAt(point: Point, call: Call): boolean {
  return call.name === point.name && call.count === point.count;
}

export function textOf({ when, name, count }: Point): string {
  return `${when} ${name} #${count}`;
}

/** All points of a run that made these calls. */
export function pointsOf(calls: readonly Call[]): Point[] {
  return calls
    .filter(({ isChange }) => isChange)
    .flatMap(({ name, count }) => [
      { when: "before", name, count },
      ...(name.startsWith("write ") ? [{ when: "half", name, count } as const] : []),
      { when: "after", name, count },
    ]);
}
