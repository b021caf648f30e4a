/**
 * Under a limit of the address space (`ulimit -v`, a batch queue's) V8 cannot reserve the ten gigabytes of addresses
 * that it wants around the memory of every WebAssembly module. Without them it checks bounds itself, some percent
 * slower; but only a new process can be told so.
 */
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

const FLAG = "--disable-wasm-trap-handler";
/** Enough for the memories of all threads, guard pages and all. */
const ENOUGH_BYTES = 2 ** 38;
/** V8 ends the process by these when it is out of memory. */
const CRASHES: readonly string[] = ["SIGABRT", "SIGTRAP", "SIGILL", "SIGSEGV", "SIGBUS"];

/** Bytes of addresses this process may have; undefined: as many as it likes, or nobody knows. Cost: 30 us. */
export function addressSpaceLimit(limits: () => string = processLimits): number | undefined {
  try {
    const soft = /^Max address space +(\d+)/m.exec(limits())?.[1];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}

function processLimits(): string {
  return readFileSync("/proc/self/limits", "latin1");
}

/** Whether this process must be started again to work within its limit, and can be. */
export function needsRestart(limitBytes: number | undefined): boolean {
  if (limitBytes === undefined || limitBytes >= ENOUGH_BYTES) return false;
  const isTold = process.execArgv.includes(FLAG) || process.env["NODE_OPTIONS"]?.includes(FLAG) === true;
  return !isTold && process.allowedNodeEnvironmentFlags.has(FLAG);
}

/** Runs this command line in a new process with the same descriptors; resolves to its exit code. */
export async function restart(limitBytes: number, complain: (text: string) => void): Promise<number> {
  const { spawn } = await import("node:child_process");
  // Each thread would reserve its own part of what there is.
  const env = { LOGPIPE_WORKERS: "0", ...process.env };
  const child = spawn(process.execPath, [FLAG, ...process.execArgv, ...process.argv.slice(1)], {
    env,
    stdio: inherited(process.argv),
  });
  const forwarded = ["SIGTERM", "SIGHUP", "SIGINT"] as const;
  const hasTerminal = [0, 1, 2].some((descriptor) => isatty(descriptor));
  for (const signal of forwarded) {
    // A terminal sends its signals to both, and the second one would end it at once.
    process.on(signal, () => {
      if (signal === "SIGTERM" || !hasTerminal) child.kill(signal);
    });
  }
  return new Promise((resolve) => {
    child.on("error", (error) => {
      complain(`cannot start again within the limit of the address space: ${error.message}`);
      resolve(1);
    });
    child.on("exit", (code, signal) => {
      for (const name of forwarded) process.removeAllListeners(name);
      if (signal === null) return resolve(code ?? 1);
      if (!CRASHES.includes(signal)) return void process.kill(process.pid, signal);
      complain(outOfAddresses(limitBytes));
      resolve(1);
    });
  });
}

function outOfAddresses(limitBytes: number): string {
  const mebibytes = Math.floor(limitBytes / 2 ** 20);
  return `out of memory: this process may have ${mebibytes} MiB of addresses (ulimit -v)\n  allow more: ulimit -v unlimited`;
}

/** Standard descriptors, and those that the shell made for `<(...)` and names in the arguments. */
function inherited(argv: readonly string[]): (number | "ignore")[] {
  const more = argv.flatMap((word) => {
    const descriptor = /\/dev\/fd\/(\d+)$/.exec(word)?.[1];
    return descriptor === undefined ? [] : [Number(descriptor)];
  });
  const last = Math.max(2, ...more.filter((descriptor) => descriptor < 256));
  return Array.from({ length: last + 1 }, (_, n) => (n <= 2 || more.includes(n) ? n : "ignore"));
}
