/**
 * Everything that the examples of the commands name: logs, events, stores, keys, tables to look up. Made once, copied
 * for each.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { shell } from "../../support/logpipe.js";
import { mmdb } from "../../support/mmdb.js";

const NOW_MS = Date.now();

const PIPELINE = `stages:
  - parse
  - filter: status < 500
tests:
  - name: what failed is left out
    given: |
      time=2026-11-21T10:00:00Z level=error msg=late status=503
      time=2026-11-21T10:00:01Z level=info msg=good status=200
    expect: { sink: { all: status == 200, count: 1 } }
`;

/** A sink that cannot be opened: what is for it waits in the journal. */
const WAITING = `journal: { directory: ./web.journal }
sources: { in: {} }
sinks:
  archive: { from: in, sink: { to: file, append: true, output: ./missing/archive.ndjson } }
  kept: { from: in, sink: { to: file, append: true, output: ./kept-too.ndjson } }
`;

export async function makeSandbox(root: string): Promise<void> {
  const put = (path: string, content: string | Uint8Array) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content, { mode: 0o600 });
  };
  for (const [path, content] of Object.entries(files())) put(path, content);
  for (const path of [".zfunc", ".config/fish/completions", "mnt/cold/logs"])
    mkdirSync(join(root, path), { recursive: true });
  await makeStores(root);
}

function files(): Record<string, string | Uint8Array> {
  const events = ndjson(0, 400);
  const access = accessLog(0, 200);
  return {
    "app.log": appLog(200),
    "today.log": appLog(120),
    "access.log": access,
    "access.log.1": accessLog(200, 400),
    "access.log.2.gz": gzipSync(accessLog(400, 600)),
    "var/log/nginx/access.log": access,
    "app.ndjson": events,
    "access.ndjson": events,
    "logs/app.log.gz": gzipSync(appLog(50)),
    "etc/logpipe/checks.yaml": "files: [app.ndjson]\nchecks:\n  many: count > 1000000\n",
    "events.ndjson": events,
    "kept.ndjson": events,
    "a.ndjson": ndjson(0, 50),
    "b.ndjson": ndjson(50, 100),
    "web1/app-1.ndjson.gz": gzipSync(ndjson(0, 20)),
    "web2/app-1.ndjson.gz": gzipSync(ndjson(20, 40)),
    "users.csv": "id,name,plan\n1042,Ada,pro\n1043,Ben,free\n",
    keys: `k1 ${"0123456789abcdef".repeat(4)}\n`,
    "theirs.sql": "SELECT count(*) AS n FROM logs\n",
    "pipeline.yaml": PIPELINE,
    "pipelines/web.yaml": PIPELINE,
    "waiting.yaml": WAITING,
    "patterns/ecs-v1/aws": "SHOP_LINE %{WORD:shop}\n",
    "ours.txt": "# what the shop writes\ntemplate:{time} shop {rest}\n",
    "elb.log":
      '2026-11-21T10:00:01.123456Z shop-lb 192.0.2.7:2817 198.51.100.3:80 0.1 0.2 0.3 200 200 0 29 "GET http://www.example.org:80/ HTTP/1.1"\n',
    "GeoLite2-City.mmdb": mmdb([["203.0.113.0/24", { city: { names: { en: "Bern" } } }]]),
    "GeoLite2-ASN.mmdb": mmdb([["203.0.113.0/24", { autonomous_system_number: 64496 }]]),
  };
}

async function makeStores(root: string): Promise<void> {
  const lines = [
    "git init -q . && git add pipeline.yaml && git -c user.name=a -c user.email=a@example.org commit -qm first",
    "logpipe sink --quiet < events.ndjson",
    "logpipe sink --quiet --table web < events.ndjson",
    "logpipe sink --quiet var/lib/logpipe --table web < events.ndjson",
    "logpipe window 1m --by path --agg 'p99(latency_ms)' --sketches --timestamp app.ndjson | logpipe sink --quiet --table metrics",
    "logpipe patterns app.ndjson --format ndjson -o yesterday-patterns.ndjson",
    `printf '%s\\n' '{"timestamp":"2026-11-21T10:00:00Z","message":"cut",}' | logpipe sink --quiet || true`,
    "logpipe run --quiet waiting.yaml < events.ndjson || true",
  ];
  for (const line of lines) {
    const ran = await shell(line, { cwd: root });
    if (ran.code !== 0) throw new Error(`${line}: ${ran.stderr}`);
  }
}

const PATHS = ["/", "/cart", "/health", "/login"];
const LEVELS = ["info", "warn", "error", "debug"];

/** Events of the last hours. */
function ndjson(from: number, to: number): string {
  let text = "";
  for (let n = from; n < to; n++) {
    const event = {
      timestamp: new Date(NOW_MS - (500 - n) * 10_000).toISOString(),
      level: LEVELS[n % 4],
      service: n % 3 === 0 ? "web" : "api",
      message: `request ${n} took ${n % 70} ms`,
      status: n % 40 === 0 ? 503 : 200,
      path: PATHS[n % 4],
      [n < to / 4 ? "req_ms" : "latency_ms"]: (n * 37) % 1500,
      p99_latency_ms: 100 + (n % 7),
      user_id: 1040 + (n % 5),
      pattern_id: `p${n % 3}`,
      client_ip: `203.0.113.${n % 250}`,
      user_agent: "curl/8.5.0",
    };
    text += `${JSON.stringify(event)}\n`;
  }
  return text;
}

function accessLog(from: number, to: number): string {
  let text = "";
  for (let n = from; n < to; n++) {
    const time = `21/Nov/2026:10:${String(Math.floor(n / 60) % 60).padStart(2, "0")}:${String(n % 60).padStart(2, "0")} +0000`;
    text += `192.0.2.${n % 250} - - [${time}] "GET ${PATHS[n % 4]} HTTP/1.1" 200 ${n} "-" "curl/8.5.0"\n`;
  }
  return text;
}

function appLog(lines: number): string {
  let text = "";
  for (let n = 0; n < lines; n++) {
    const time = new Date(NOW_MS - (lines - n) * 1000).toISOString();
    text += `${time} ${LEVELS[n % 4]!.toUpperCase()} request ${n} took ${n % 70} ms\n`;
  }
  return text;
}
