// Whether a row of memory figures is flat: the first third is warm-up (tables fill up to their limits, the collector
// finds its sizes) and does not count; the last third may not lie above the middle one by more than noise.

const NOISE_SHARE = 0.05;

/** Figures in any unit; `noise`: in the same one. Fewer than three samples a third prove nothing: not flat. */
export function judge(samples, noise) {
  const thirds = [0, 1, 2].map((n) =>
    median(samples.slice((samples.length * n) / 3, (samples.length * (n + 1)) / 3)),
  );
  const [, middle, last] = thirds;
  return { thirds, isFlat: samples.length >= 9 && last <= middle * (1 + NOISE_SHARE) + noise };
}

function median(figures) {
  return figures.toSorted((a, b) => a - b)[figures.length >> 1] ?? 0;
}
