/**
 * What the contract of stages is tried on beside the examples of the declarations. A stage may have more of its own
 * here.
 */

/** Options that change much of what a stage does, as typed after `logpipe`: one a line, in any order. */
export const MORE_COMMANDS: readonly string[] = [
  "redact --detect all --action mask,card=partial,field=drop",
  "redact --detect all --action drop --audit -",
  "redact --text --pattern 'n=u[0-9]'",
  "dedupe --by level,service --within 5s --count",
  "dedupe --by user.id --count --max-keys 3",
  "sample --rate 30% --by user.id",
  "sample --one-in 3 --no-keep-errors",
  "sample --throttle 2/10s --by service,level --every 5s --max-keys 4 --no-keep-errors",
  "throttle 2/10s --by service,level --max-keys 4 --on-limit drop --by-event-time",
  "throttle 100B/s --by user.id --on-limit sample --sample-one-in 3 --by-event-time --keep 'latency_ms > 150'",
  "throttle 20/s --bytes 1kB/s --max-event-size 230 --on-limit drop",
  "throttle 20/s --on-limit sample --sample-one-in 7",
  "sort --buffer 5s",
  "sort --buffer 1m --max-events 7",
  "sort --by latency_ms,service --reverse --memory 1kB",
  "patterns --annotate",
  "patterns --max-patterns 10",
  "patterns --new-since 2026-11-21T10:00:30Z",
  "enrich --set 'slow=latency_ms > 100' --set 'user=(user.id)' --set slow=no",
  "enrich --url path --query-string path --unpack message --cast latency_ms=int,user.id=string --host",
  "enrich --rename level=severity,user.id=uid --drop 'user.*,trace*' --cast timestamp=time",
  "detect --value latency_ms --by service --warmup 5",
  "detect --every 5s --warmup 3",
  "detect --new path --silence --by service --warmup 5",
  "window 10s --by service --agg 'count, sum(latency_ms), p99(latency_ms), distinct(user.id), topk(path, 2)'",
  "window 10s --slide 5s --lateness 5s --agg 'count, rate, first(level), last(level)'",
  "window --session 5s --by service --max-groups 2 --agg 'count, avg(latency_ms), stddev(latency_ms)'",
  "stats 'count, p99(latency_ms), first(level), last(path), rate by service sort p99 asc'",
  "stats 'sum(latency_ms), distinct(user.id)' --where 'latency_ms > 50' --fail-if 'sum(latency_ms) > 1'",
  "stats 'count by user.id, level limit 3' --max-groups 4",
  "stats count --since 2026-11-21T10:00:20Z",
  "top user.id,level --by service -m 2",
  "top path --agg 'avg(latency_ms)' --asc",
  "window 10s --by service --agg 'avg(latency_ms) as ms' --fail-if 'ms > 100'",
  "filter 'latency_ms > 100' --exit-code",
  "parse -f json",
  "parse -f csv",
  "parse -f logfmt --keep-raw",
  "parse -f docker",
  "filter 'latency_ms > 100 || !has(level)'",
  'filter --invert \'user.id == "u1" && path.matches("q=[0-3]")\'',
  "filter --level warn+ --since 2026-11-21T10:00:20Z",
  "filter --grep ann.2",
  "filter --grep USER -i --grep-regex '/p/[12].q' --level warn",
  "filter -A 2 -B 3 'service == \"s1\" && latency_ms > 150'",
  "filter -C 4 --grep ann.1 'latency_ms < 20'",
  "filter -m 5 -A 1 'level == \"error\"'",
  "filter --invert -C 1 --grep user",
  "detect --value latency_ms --by service --warmup 0 --threshold 0",
  "detect --value latency_ms --method mad --warmup 0 --threshold 0 --cooldown 5s --only",
  "detect --distinct user.id --every 10s --by service --warmup 0 --threshold 0 --method change",
  "detect --every 5s --by service,level --warmup 0 --threshold 0 --max-groups 8",
  "detect --new path --vanished level --silence --by service --warmup 1 --threshold 0.01 --max-groups 8",
  "patterns --annotate --variables --field path",
];

/**
 * A stream that nobody would be proud of: missing and mistyped fields, times out of order, far away and absent, lines
 * that are no events.
 */
export function oddEvents(): string {
  const start = Date.UTC(2026, 10, 21, 10);
  const lines = Array.from({ length: 60 }, (_, n) => {
    const at = new Date(start + n * 1700 - (n % 7 === 0 ? 20_000 : 0)).toISOString();
    const level = ["info", "warn", "error", "debug"][n % 4];
    const user = `"user":{"id":"u${n % 5}","email":"ann.${n % 3}@example.com"}`;
    return `{"timestamp":"${at}","level":"${level}","service":"s${n % 3}","message":"user u${n % 5} took ${n} ms from 192.0.2.${n % 9}","latency_ms":${(n * 37) % 211}.5,"trace_id":"t${n % 11}",${user},"path":"/p/${n % 4}?q=${n}"}`;
  });
  lines.splice(
    5,
    0,
    "not json",
    '{"level":"info"}',
    "{}",
    '{"timestamp":17,"level":null,"latency_ms":"fast"}',
  );
  lines.splice(20, 0, '{"timestamp":"2099-01-01T00:00:00Z","latency_ms":1e400,"service":""}', '{"broken":');
  lines.splice(
    33,
    0,
    '{"timestamp":"1970-01-01T00:00:00Z","service":"s1","latency_ms":-0}',
    '{"a":1,"a":2,"level":"error","message":"\\u0000 \\ud83d\\ude00"}',
  );
  lines.splice(
    40,
    0,
    '["array"]',
    '{"level":"error","message":"password=hunter2","token":{"x":[1,{"y":2}]}}',
  );
  return `${lines.join("\n")}\n`;
}

/** Log lines as programs print them, stack traces among them. */
export function oddText(): string {
  const lines = Array.from({ length: 12 }, (_, n) => [
    `192.0.2.${n} - - [21/Nov/2026:10:00:${10 + n} +0000] "GET /p/${n} HTTP/1.1" 200 ${n * 7} "-" "curl/8.5.0"`,
    `2026-11-21 10:00:${10 + n},123 ERROR [main] com.example.App - failed\njava.lang.IllegalStateException: no\n\tat com.example.App.run(App.java:${n})`,
    `level=info msg="started ${n}" port=${8000 + n}`,
    `{"log":"part ${n}${n % 2 === 0 ? "\\n" : ""}","stream":"stdout","time":"2026-11-21T10:00:${10 + n}Z"}`,
    "",
    `plain words ${n}`,
  ]);
  return `${lines.flat().join("\n")}\n`;
}
