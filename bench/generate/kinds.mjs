// One line maker a kind. Each maker is `(next, options) => (index) => line` where a line has no newline and its
// characters are bytes (latin1), so that hostile bytes can be written too.
import { clock } from "./clock.mjs";
import { hex, weighted, zipf } from "./random.mjs";
import {
  agents,
  levels,
  methods,
  paths,
  referers,
  regions,
  services,
  statuses,
  templates,
} from "./words.mjs";

export const kinds = { nginx, app, groups, manyGroups, text, mixed };

/** nginx `combined` lines, about 175 bytes each. */
function nginx(next, { perSecond }) {
  const time = clock(next, perSecond);
  const method = weighted(next, methods);
  const status = weighted(next, statuses);
  const path = zipf(next, paths.length);
  const item = zipf(next, 20_000);
  const agent = zipf(next, agents.length);
  const client = zipf(next, 30_000);
  return () => {
    time.tick();
    const visitor = client();
    const user = visitor % 97 === 3 ? `user${visitor}` : "-";
    const code = status();
    const target = next() < 0.4 ? `${paths[path()]}?item=${item()}` : paths[path()];
    const bytes = code === 304 ? 0 : 120 + ((next() * next() * 60_000) | 0);
    const referer = referers[(next() * referers.length) | 0];
    return `${address(visitor)} - ${user} [${time.combined()}] "${method()} ${target} HTTP/1.1" ${code} ${bytes} "${referer}" "${agents[agent()]}"`;
  };
}

/** Requests by 10,000 pairs of service and path, all about as many, 190 bytes each. */
function groups(next, options) {
  return requests(next, options, 100, 100);
}

/** Requests by ten million pairs of service and path, most of which come once. */
function manyGroups(next, options) {
  return requests(next, options, 1000, 10_000);
}

function requests(next, { perSecond }, services, paths) {
  const time = clock(next, perSecond);
  return () => {
    time.tick();
    return (
      `{"timestamp":"${time.iso()}","level":"info","service":"service-${(next() * services) | 0}"` +
      `,"path":"/api/v1/items/${(next() * paths) | 0}","latency_ms":${hundredths(200_000 * fourth(next()))}` +
      `,"user_id":"user-${(next() * 50_000) | 0}","status":${next() < 0.02 ? 500 : 200},"message":"request served"}`
    );
  };
}

/** Application events as JSON, about 300 bytes each. */
function app(next, { perSecond, events, hostile }) {
  const time = clock(next, perSecond);
  const level = weighted(next, levels);
  const service = zipf(next, services.length);
  const status = weighted(next, statuses);
  const path = zipf(next, paths.length);
  const user = zipf(next, 50_000);
  const fill = filler(next);
  const lateFrom = Math.floor(events * 0.8);
  return (index) => {
    time.tick();
    const name = services[service()];
    const code = status();
    const late = hostile && index >= lateFrom ? `,"release":"2026.1.${index % 7}","shard":${index % 16}` : "";
    const latency = hostile && next() < 0.01 ? conflicting(next) : hundredths(200_000 * fourth(next()));
    const line =
      `{"timestamp":"${time.iso()}","level":"${level()}","service":"${name}","host":"${name}-${(next() * 8) | 0}"` +
      `,"trace_id":"${hex(next, 32)}","span_id":"${hex(next, 16)}","message":"${fill()}","status":${code}` +
      `,"latency_ms":${latency},"path":"${paths[path()]}","user_id":${1_000_000 + user()}` +
      `,"tags":{"region":"${regions[(next() * regions.length) | 0]}","canary":${next() < 0.05}}${late}}`;
    return hostile && next() < 0.002 ? malformed(next, line) : line;
  };
}

/** Application text lines from about fifty templates, some followed by a stack trace. */
function text(next, { perSecond, hostile }) {
  const time = clock(next, perSecond);
  const level = weighted(next, levels);
  const service = zipf(next, services.length);
  const fill = filler(next);
  return () => {
    time.tick();
    const name = level();
    const trace = name === "fatal" ? `\n${stack(next)}` : "";
    const line = `${time.plain()} ${name.toUpperCase()} [${services[service()]}] ${fill()}${trace}`;
    return hostile && next() < 0.002 ? malformed(next, line) : line;
  };
}

/** The three others line by line in runs of one to twenty. */
function mixed(next, options) {
  const makers = [nginx(next, options), app(next, options), text(next, options)];
  let maker = makers[0];
  let left = 0;
  return (index) => {
    if (left === 0) {
      maker = makers[(next() * makers.length) | 0];
      left = 1 + ((next() * 20) | 0);
    }
    left -= 1;
    return maker(index);
  };
}

const pieces = templates.map((template) => template.split(/\{(\w)\}/));

function filler(next) {
  const template = zipf(next, pieces.length);
  const item = zipf(next, 100_000);
  const variable = {
    n: () => String(item()),
    h: () => hex(next, 12),
    u: () => `user${item()}`,
    a: () => address(item()),
    p: () => paths[(next() * paths.length) | 0],
    d: () => String((5000 * fourth(next())) | 0),
  };
  return () => {
    const parts = pieces[template()];
    let line = parts[0];
    for (let at = 1; at < parts.length; at += 2) line += variable[parts[at]]() + parts[at + 1];
    return line;
  };
}

const fractions = Array.from({ length: 100 }, (_, part) => String(part / 100).slice(1));

/** Prints `amount` / 100 in its shortest form; costs no float formatting. */
function hundredths(amount) {
  const whole = amount | 0;
  return ((whole / 100) | 0) + fractions[whole % 100];
}

function fourth(value) {
  const square = value * value;
  return square * square;
}

/** A made-up address in 198.18.0.0/15, the block that RFC 2544 keeps for benchmarks. */
function address(number) {
  return `198.${18 + ((number >> 16) & 1)}.${(number >> 8) & 255}.${number & 255}`;
}

function stack(next) {
  const frames = ["java.lang.IllegalStateException: pool is closed"];
  for (let depth = 3 + ((next() * 6) | 0); depth > 0; depth -= 1) {
    frames.push(
      `\tat com.example.shop.Handler${(next() * 30) | 0}.call(Handler.java:${1 + ((next() * 400) | 0)})`,
    );
  }
  return frames.join("\n");
}

function conflicting(next) {
  const values = ['"slow"', "null", "[1,2]", '{"value":3}', "9223372036854775807", "true", '"12.5"', "1e400"];
  return values[(next() * values.length) | 0];
}

function malformed(next, line) {
  switch ((next() * 7) | 0) {
    case 0:
      return line.slice(0, (line.length * next()) | 0);
    case 1:
      return "";
    case 2:
      return `${line}garbage`;
    case 3:
      return `\xff\xfe\x00${line.slice(0, 40)}`;
    case 4:
      return `${line}\r`;
    case 5:
      return line.replace("e", "\xe9\x80");
    default:
      return "panic: something went wrong and this is not in the format";
  }
}
