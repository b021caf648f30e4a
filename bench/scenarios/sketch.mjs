// Sketches: how fast values go in, how large what is stored is, and how far answers are off. The peer is the package
// tdigest.
import tdigest from "tdigest";
import { Distinct } from "../../dist/lib/sketch/distinct.js";
import { Quantiles } from "../../dist/lib/sketch/quantiles.js";
import { TopK } from "../../dist/lib/sketch/top-k.js";

export function sketch({ scale }) {
  const count = 1_000_000 * scale;
  return [
    {
      title: `quantiles of ${count.toLocaleString("en-US")} log-normal values`,
      sheet: () => quantiles(count),
    },
    {
      title: `distinct and most frequent of ${count.toLocaleString("en-US")} values`,
      sheet: () => values(count),
    },
  ];
}

function quantiles(count) {
  const numbers = logNormal(count);
  const sorted = numbers.slice().sort();
  const ours = timed(() => {
    const made = new Quantiles();
    for (const value of numbers) made.add(value);
    return made;
  });
  const theirs = timed(() => {
    const made = new tdigest.TDigest();
    for (const value of numbers) made.push(value);
    made.compress();
    return made;
  });
  const stored = Quantiles.fromJson(ours.made.toJson());
  const row = (name, seconds, centroids, ask) => [
    name,
    seconds === undefined ? "" : (count / seconds / 1e6).toFixed(1),
    centroids,
    ...[0.5, 0.99, 0.999].map((q) => off(ask(q), sorted[Math.round(q * (count - 1))])),
  ];
  return {
    columns: ["sketch", "M values/s", "stored bytes or centroids", "p50 off", "p99 off", "p99.9 off"],
    rows: [
      row("Quantiles", ours.seconds, `${ours.made.save().byteLength} B`, (q) => ours.made.quantile(q)),
      row("Quantiles, as stored", undefined, `${ours.made.toJson().length} B of text`, (q) =>
        stored.quantile(q),
      ),
      row("tdigest 0.1", theirs.seconds, `${theirs.made.size()} centroids`, (q) => theirs.made.percentile(q)),
    ],
  };
}

function values(count) {
  const next = uniform(2);
  const ids = Array.from({ length: count }, () => `user-${Math.floor(next() * count)}`);
  const paths = Array.from({ length: count }, () => `/path/${Math.floor(1 / next())}`);
  const distinct = timed(() => {
    const made = new Distinct();
    for (const id of ids) made.addText(id);
    return made;
  });
  const top = timed(() => {
    const made = new TopK(100);
    for (const path of paths) made.add(path);
    return made;
  });
  const counts = new Map();
  for (const path of paths) counts.set(path, (counts.get(path) ?? 0) + 1);
  const first = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 10);
  const right = top.made
    .top(10)
    .filter(({ value, count: n }, i) => value === first[i][0] && n === first[i][1]);
  const truth = new Set(ids).size;
  const speed = ({ seconds }) => (count / seconds / 1e6).toFixed(1);
  return {
    columns: ["sketch", "M values/s", "truth", "answer", "off"],
    rows: [
      [
        "Distinct",
        speed(distinct),
        truth,
        Math.round(distinct.made.estimate()),
        off(distinct.made.estimate(), truth),
      ],
      ["TopK(100)", speed(top), "first 10", `${right.length} of 10 with exact counts`, ""],
    ],
  };
}

function timed(make) {
  const start = performance.now();
  const made = make();
  return { made, seconds: (performance.now() - start) / 1000 };
}

function off(answer, truth) {
  return `${((answer / truth - 1) * 100).toFixed(3)} %`;
}

function uniform(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
}

/** exp of sums of twelve uniform values less six: near enough to normal, mean 3, deviation 1. */
function logNormal(count) {
  const next = uniform(1);
  return Float64Array.from({ length: count }, () => {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += next();
    return Math.exp(3 + sum);
  });
}
