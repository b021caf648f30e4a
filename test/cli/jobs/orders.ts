/** What a shop's programs did, as plain objects, and the lines that their loggers write of it. */
import { uniform } from "../../support/random.js";

export interface Order {
  readonly n: number;
  readonly atMs: number;
  readonly level: "debug" | "info" | "warn" | "error";
  readonly service: string;
  readonly message: string;
  readonly trace: string;
  readonly user: string;
  readonly ip: string;
  readonly path: string;
  readonly status: number;
  readonly seconds: number;
}

const LEVELS = ["debug", "info", "info", "info", "info", "info", "warn", "error"] as const;
const SERVICES = ["shop", "pay", "stock"];
const PATHS = ["/", "/cart", "/pay", "/search"];

/** `count` of them, `stepMs` apart, the first at `startMs`; the same for a seed. */
export function orders(count: number, startMs: number, stepMs: number, seed = 1): Order[] {
  const random = uniform(seed);
  const pick = <T>(from: readonly T[]) => from[Math.floor(random() * from.length)]!;
  return Array.from({ length: count }, (_, n) => {
    const level = pick(LEVELS);
    const path = pick(PATHS);
    const slow = path === "/search" ? 10 : 1;
    return {
      ...{
        n,
        atMs: startMs + n * stepMs,
        level,
        path,
        service: pick(SERVICES),
        user: `u${Math.floor(random() * 20)}`,
      },
      message:
        level === "error"
          ? `order ${n} failed: card declined`
          : `order ${n} ${level === "warn" ? "waits" : "done"}`,
      trace: `t${String(Math.floor(n / 4)).padStart(5, "0")}`,
      ip: `203.0.${Math.floor(random() * 4)}.${1 + Math.floor(random() * 250)}`,
      status: level === "error" ? 500 : level === "warn" ? 429 : 200,
      seconds: Math.round(random() * slow * 1000) / 1000,
    };
  });
}

export const rfc3339 = (ms: number) => new Date(ms).toISOString();

/** Each as another logger would. */
export const WRITERS: readonly ((order: Order) => string)[] = [
  ({ n, atMs, level, service, message, trace, user }) =>
    JSON.stringify({ time: rfc3339(atMs), level, service, msg: message, trace_id: trace, user, n }),
  ({ n, atMs, level, service, message, trace, user }) =>
    `time=${rfc3339(atMs)} level=${level} service=${service} msg="${message}" trace_id=${trace} user=${user} n=${n}`,
  ({ atMs, level, message }) =>
    `${rfc3339(atMs).replace("T", " ").replace(".", ",").slice(0, -1)} ${level.toUpperCase().padEnd(5)} [main] shop.Orders - ${message}`,
];

export const logfmt = WRITERS[1]!;
export const json = WRITERS[0]!;

/** A line of nginx's log with request times (docs/nginx.md). */
export function access({ atMs, ip, path, status, seconds }: Order): string {
  return JSON.stringify({
    time: rfc3339(atMs),
    client_ip: ip,
    method: "GET",
    path,
    status,
    request_time: seconds,
  });
}

function combined({ atMs, ip, path, status }: Order): string {
  return `${ip} - - [${rfc3339(atMs).slice(0, 19)}+00:00] "GET ${path} HTTP/1.1" ${status} 512 "-" "curl/8.5.0"`;
}

/** The same in each form that docs/nginx.md names, by a file for it. */
export const ACCESS_WRITERS: Readonly<Record<string, (order: Order) => string>> = {
  "access.log": access,
  "pairs.log": (order) => `${combined(order)} rt=${order.seconds.toFixed(3)} urt="-"`,
  "bare.log": (order) => `${combined(order)} ${order.seconds.toFixed(3)}`,
};

export function lines(all: readonly Order[], write: (order: Order, index: number) => string): string {
  return all.map((order, index) => `${write(order, index)}\n`).join("");
}
