import { failure } from "../../base/errors/index.js";
import type { Host } from "../../pipeline/contract/host.js";
import { AppendSink } from "./append-sink.js";

/** For a running pipeline. Throws usage.bad-value for a name that asks for compression, and as `AppendSink.open`. */
export async function openAppend(path: string, syncDelayMs: number, host: Host): Promise<AppendSink> {
  const packed = /\.(?:gz|zst|zstd)$/.exec(path)?.[0];
  if (packed !== undefined) {
    const reason = `a file that is appended to cannot be cut back where it is compressed (${packed})`;
    throw failure("usage.bad-value", { option: "--output", value: path, reason });
  }
  return AppendSink.open({
    path,
    syncDelayMs,
    signal: host.signal,
    onNotice: (text) => host.log("info", text),
    onWarning: (text) => host.log("warn", text),
  });
}
