// Preloaded by a test (NODE_OPTIONS=--import): kills the process with SIGKILL at one of its file calls, before it, in
// the middle or after; or writes the name of each to a file. Works on the program as it was built.
//
//     KILL_AT='{"when":"half","name":"writev out.ndjson","count":3}'
//     KILL_REPORT=/tmp/calls
import builtin, { appendFileSync, promises as fs, readlinkSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { relative } from "node:path";
import { isMainThread } from "node:worker_threads";

const { KILL_AT, KILL_REPORT } = process.env;
const root = process.cwd();
const wanted = KILL_AT === undefined ? undefined : JSON.parse(KILL_AT);
const counts = new Map();

/** What a path is, whatever its random and counted parts are. */
function kindOf(path) {
  return relative(root, String(path))
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "ID")
    .replace(/-[0-9a-f]{16,}/g, "-HEX")
    .replace(/\d+/g, "N");
}

function die() {
  process.kill(process.pid, "SIGKILL");
  return new Promise(() => {});
}

/** Does the call, or dies at it. */
async function around(operation, path, act, half) {
  const kind = kindOf(path);
  if (kind.startsWith("..")) return act();
  const name = `${operation} ${kind}`;
  const count = (counts.get(name) ?? 0) + 1;
  counts.set(name, count);
  if (KILL_REPORT !== undefined) appendFileSync(KILL_REPORT, `${JSON.stringify({ name, count })}\n`);
  if (wanted === undefined || wanted.name !== name || wanted.count !== count) return act();
  if (wanted.when === "before") return die();
  if (wanted.when === "half" && half !== undefined) {
    await half();
    return die();
  }
  await act();
  return die();
}

/** The same of a small write, which is done at once. */
function aroundSync(operation, path, act, half) {
  const kind = kindOf(path);
  if (kind.startsWith("..")) return act();
  const name = `${operation} ${kind}`;
  const count = (counts.get(name) ?? 0) + 1;
  counts.set(name, count);
  if (KILL_REPORT !== undefined) appendFileSync(KILL_REPORT, `${JSON.stringify({ name, count })}\n`);
  const when = wanted?.name === name && wanted.count === count ? wanted.when : undefined;
  if (when === "before") process.kill(process.pid, "SIGKILL");
  if (when === "half") {
    half();
    process.kill(process.pid, "SIGKILL");
  }
  const result = act();
  if (when === "after") process.kill(process.pid, "SIGKILL");
  return result;
}

function pathOf(handle) {
  try {
    return readlinkSync(`/proc/self/fd/${handle.fd}`);
  } catch {
    return "..";
  }
}

if (isMainThread && (wanted !== undefined || KILL_REPORT !== undefined)) {
  const probe = await fs.open(process.execPath, "r");
  const handles = Object.getPrototypeOf(probe);
  await probe.close();
  for (const name of ["datasync", "sync", "truncate"]) {
    const original = handles[name];
    handles[name] = function call(...given) {
      return around(name, pathOf(this), () => original.apply(this, given));
    };
  }
  const { writev } = handles;
  handles.writev = function call(buffers, ...given) {
    const all = Buffer.concat(buffers);
    const half = () => writev.call(this, [all.subarray(0, all.length >> 1)], ...given);
    return around("writev", pathOf(this), () => writev.call(this, buffers, ...given), half);
  };
  const { writevSync } = builtin;
  builtin.writevSync = (fd, buffers, ...given) => {
    const all = Buffer.concat(buffers);
    const half = () => writevSync(fd, [all.subarray(0, all.length >> 1)], ...given);
    return aroundSync("writev", pathOf({ fd }), () => writevSync(fd, buffers, ...given), half);
  };
  for (const name of ["rename", "unlink", "mkdir", "rmdir", "link"]) {
    const original = fs[name];
    fs[name] = (...given) =>
      around(name, given[name === "rename" || name === "link" ? 1 : 0], () => original(...given));
  }
  syncBuiltinESMExports();
}
