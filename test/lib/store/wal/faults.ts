import { diskFiles, type Files, type OpenFile } from "../../../../src/lib/base/files.js";

/** A file system whose `failAt`-th call (from 1) and all calls after it fail, as after a crash or on a full disk. */
export function failingFiles(
  failAt: number,
  code: string,
  isForever = true,
): { files: Files; calls: () => number } {
  let calls = 0;
  const step = async () => {
    calls++;
    if (calls === failAt || (isForever && calls > failAt)) throw Object.assign(new Error(code), { code });
  };
  const wrapOpen = (file: OpenFile): OpenFile => ({
    write: async (buffers, offset) => {
      // What a full disk does: a part of the bytes arrives, then the call fails.
      if (calls + 1 === failAt) await file.write([Buffer.concat(buffers).subarray(0, 7)], offset);
      await step();
      await file.write(buffers, offset);
    },
    read: (offset, length) => file.read(offset, length),
    sync: async () => {
      await step();
      await file.sync();
    },
    truncate: async (length) => {
      await step();
      await file.truncate(length);
    },
    size: () => file.size(),
    close: () => file.close(),
  });
  const files: Files = {
    open: async (path, mode) => {
      await step();
      return wrapOpen(await diskFiles.open(path, mode));
    },
    link: async (existing, path) => {
      await step();
      await diskFiles.link(existing, path);
    },
    rename: async (from, to) => {
      await step();
      await diskFiles.rename(from, to);
    },
    remove: async (path) => {
      await step();
      await diskFiles.remove(path);
    },
    removeDirectory: async (path) => {
      await step();
      await diskFiles.removeDirectory(path);
    },
    makeDirectory: async (path) => {
      await step();
      await diskFiles.makeDirectory(path);
    },
    syncDirectory: async (path) => {
      await step();
      await diskFiles.syncDirectory(path);
    },
    list: (path) => diskFiles.list(path),
    read: (path) => diskFiles.read(path),
    stat: (path) => diskFiles.stat(path),
    linkTarget: (path) => diskFiles.linkTarget(path),
    makeLink: (target, path) => diskFiles.makeLink(target, path),
  };
  return { files, calls: () => calls };
}
