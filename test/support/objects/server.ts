/**
 * An object store over HTTP on the loopback, with what S3 has and no more: whole objects, ranges, listings in pages,
 * `If-None-Match: *`, deletion. It can lose answers and refuse requests, as networks and busy stores do.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface ServedObject {
  readonly bytes: Buffer;
  readonly modifiedMs: number;
  /** Headers `x-meta-...` of the request that made it. */
  readonly meta: Readonly<Record<string, string>>;
}

/** What goes wrong with a request: "lost": done, but the connection breaks before the answer; "busy": 503, not done. */
export type Trouble = "lost" | "busy" | undefined;

export interface ServerOptions {
  /** Asked for every request. */
  readonly trouble?: (method: string, key: string) => Trouble;
  /** Names in a page of a listing. */
  readonly pageSize?: number;
  readonly nowMs?: () => number;
}

export class ObjectServer {
  readonly objects = new Map<string, ServedObject>();
  /** `PUT _delta_log/0.json` and so on, in the order in which they came. */
  readonly requests: string[] = [];
  readonly #options: ServerOptions;
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  private constructor(options: ServerOptions) {
    this.#options = options;
  }

  static async start(options: ServerOptions = {}): Promise<ObjectServer> {
    const server = new ObjectServer(options);
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? "/", this.url);
    const key = decodeURIComponent(url.pathname.slice(1));
    const method = request.method ?? "GET";
    this.requests.push(`${method} ${key}${url.search}`);
    const trouble = this.#options.trouble?.(method, key);
    if (trouble === "busy") {
      response.writeHead(503).end();
      return;
    }
    const answer = this.#answer(method, key, url.searchParams, request, Buffer.concat(chunks));
    if (trouble === "lost") response.destroy();
    else response.writeHead(answer.status, answer.headers).end(method === "HEAD" ? undefined : answer.body);
  }

  #answer(
    method: string,
    key: string,
    query: URLSearchParams,
    { headers }: IncomingMessage,
    body: Buffer,
  ): Answer {
    if (query.has("list")) return this.#list(query);
    const found = this.objects.get(key);
    switch (method) {
      case "PUT": {
        if (headers["if-none-match"] === "*" && found !== undefined) return { status: 412 };
        const meta = Object.fromEntries(
          Object.entries(headers).flatMap(([name, value]) =>
            name.startsWith("x-meta-") ? [[name, String(value)]] : [],
          ),
        );
        this.objects.set(key, { bytes: body, modifiedMs: this.#nowMs(), meta });
        return { status: 200 };
      }
      case "DELETE":
        this.objects.delete(key);
        return { status: 204 };
      default:
        return found === undefined ? { status: 404 } : rangeOf(found, headers.range);
    }
  }

  #list(query: URLSearchParams): Answer {
    const prefix = query.get("prefix") ?? "";
    const after = query.get("after") ?? "";
    const isFlat = query.get("delimiter") === null;
    const rows = new Map<string, Listed>();
    for (const [key, { bytes, modifiedMs }] of this.objects) {
      if (!key.startsWith(prefix)) continue;
      const end = isFlat ? -1 : key.indexOf("/", prefix.length);
      if (end < 0) rows.set(key, { key, bytes: bytes.length, modifiedMs });
      else rows.set(key.slice(0, end + 1), { key: key.slice(0, end + 1), bytes: 0, modifiedMs: 0 });
    }
    const { pageSize = 1000 } = this.#options;
    const left = [...rows.values()].filter(({ key }) => key > after).sort((a, b) => (a.key < b.key ? -1 : 1));
    const page = { rows: left.slice(0, pageSize), isLast: left.length <= pageSize };
    return { status: 200, body: Buffer.from(JSON.stringify(page)) };
  }

  #nowMs(): number {
    return this.#options.nowMs?.() ?? Date.now();
  }
}

export interface Listed {
  /** Of a common prefix: ends with "/". */
  readonly key: string;
  readonly bytes: number;
  readonly modifiedMs: number;
}

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly body?: Buffer;
}

function rangeOf({ bytes, modifiedMs, meta }: ServedObject, range: string | undefined): Answer {
  const headers = { "x-bytes": bytes.length, "x-modified-ms": modifiedMs, ...meta };
  const match = /^bytes=(\d+)-(\d+)$/.exec(range ?? "");
  if (match === null) return { status: 200, headers, body: bytes };
  const [from, to] = [Number(match[1]), Number(match[2])];
  if (from >= bytes.length) return { status: 416, headers };
  return { status: 206, headers, body: bytes.subarray(from, to + 1) };
}
