// The scoring of the Numenta Anomaly Benchmark, from its published description: A. Lavin, S. Ahmad, "Evaluating
// Real-time Anomaly Detection Algorithms: the Numenta Anomaly Benchmark" (arXiv 1510.03336), section "Scoring", and the
// benchmark's wiki.
//
//   reward
//    +1 |‾‾‾‾‾‾\__                          a window is where an anomaly was; the first detection in it earns by how early
//     0 |---------\------------- place      it is. One behind it costs the more the farther away it is.
//    -1 |           \__________
//        -1        0         +3             place: in window lengths, 0 at the window's right end

/** Weights of a true positive, a false positive and a missed window. */
export const PROFILES = {
  standard: { hit: 1, falseAlarm: 0.11, miss: 1 },
  "low false positives": { hit: 1, falseAlarm: 0.22, miss: 1 },
  "low false negatives": { hit: 1, falseAlarm: 0.11, miss: 2 },
};

/** Rows at the start of a series that are for learning and not scored: 15 % of it, but at most 15 % of 5,000. */
export function probationRows(rows) {
  return Math.floor(0.15 * Math.min(rows, 5000));
}

/** What a detection at `place` is worth, from +1 (early in a window) to -1 (far behind one). */
export function reward(place) {
  return place > 3 ? -1 : 2 / (1 + Math.exp(5 * place)) - 1;
}

/**
 * Windows of times as windows of row numbers, both ends included.
 * @param {readonly string[]} times of each row, in order, `2014-04-01 00:00:00`
 * @param {readonly (readonly string[])[]} windows `[[first, last], ...]`
 */
export function windowRows(times, windows) {
  const found = [];
  for (const [first, last] of windows) {
    const inside = (time) => time >= first.slice(0, 19) && time <= last.slice(0, 19);
    const left = times.findIndex(inside);
    if (left >= 0) found.push({ left, right: times.findLastIndex(inside) });
  }
  return found.sort((a, b) => a.left - b.left);
}

/**
 * Scores a corpus at every threshold and keeps the best: one threshold for all series, as the benchmark has it. A row
 * is detected where its score is at least the threshold.
 * @param {readonly { scores: ArrayLike<number>, windows: readonly { left: number, right: number }[] }[]} corpus
 * @returns {{ threshold: number, score: number, raw: number }} score: 0 is a detector that says nothing, 100 a perfect one
 */
export function bestThreshold(corpus, profile) {
  const { moves, windows } = gather(corpus, profile);
  moves.sort((a, b) => b.score - a.score);
  const earned = new Float64Array(windows).fill(-profile.miss);
  let raw = -profile.miss * windows;
  let best = { threshold: Number.POSITIVE_INFINITY, raw };
  for (let n = 0; n < moves.length; n++) {
    raw += apply(moves[n], earned);
    const isLastOfScore = moves[n + 1]?.score !== moves[n].score;
    if (isLastOfScore && raw > best.raw + 1e-9) best = { threshold: moves[n].score, raw };
  }
  return { ...best, score: normalised(best.raw, windows, profile) };
}

/** The score at a given threshold. */
export function scoreAt(corpus, profile, threshold) {
  const { moves, windows } = gather(corpus, profile);
  const earned = new Float64Array(windows).fill(-profile.miss);
  let raw = -profile.miss * windows;
  for (const move of moves) if (move.score >= threshold) raw += apply(move, earned);
  return { threshold, raw, score: normalised(raw, windows, profile) };
}

/** What each series earns at a threshold: windows found and missed, false alarms, raw score. */
export function perSeries(corpus, profile, threshold) {
  return corpus.map((series) => {
    const { moves, windows } = gather([series], profile);
    const earned = new Float64Array(windows).fill(-profile.miss);
    let raw = -profile.miss * windows;
    let falseAlarms = 0;
    for (const move of moves) {
      if (move.score < threshold) continue;
      raw += apply(move, earned);
      if (move.window < 0) falseAlarms++;
    }
    const found = earned.reduce((sum, value) => sum + (value === -profile.miss ? 0 : 1), 0);
    return { name: series.name, windows, found, falseAlarms, raw };
  });
}

function normalised(raw, windows, { hit, miss }) {
  return (100 * (raw + miss * windows)) / ((hit + miss) * windows);
}

/** What detecting a row changes: the first of a window takes back the miss, an earlier one counts instead of it. */
function apply({ window, worth }, earned) {
  if (window < 0) return worth;
  const gain = Math.max(0, worth - earned[window]);
  earned[window] += gain;
  return gain;
}

/** Every scored row of the corpus with its score and what its detection is worth. Windows are numbered through. */
function gather(corpus, profile) {
  const moves = [];
  let base = 0;
  for (const { scores, windows } of corpus) {
    let next = 0;
    for (let row = 0; row < scores.length; row++) {
      while (next < windows.length && windows[next].right < row) next++;
      if (row < probationRows(scores.length)) continue;
      const isInside = next < windows.length && windows[next].left <= row;
      const worth = isInside
        ? hitWorth(row, windows[next], profile)
        : alarmWorth(row, windows[next - 1], profile);
      moves.push({ score: scores[row], window: isInside ? base + next : -1, worth });
    }
    base += windows.length;
  }
  return { moves, windows: base };
}

function hitWorth(row, { left, right }, { hit }) {
  return (hit * reward(-(right - row + 1) / (right - left + 1))) / reward(-1);
}

function alarmWorth(row, before, { falseAlarm }) {
  if (before === undefined) return -falseAlarm;
  return falseAlarm * reward((row - before.right) / Math.max(1, before.right - before.left));
}
