// A generated stream's clock: starts 2026-01-05T00:00:00Z, moves on a few milliseconds an event, and prints without a
// Date object a line (the second's text is kept until the second changes).

const start = Date.UTC(2026, 0, 5);
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/**
 * `tick()` moves on; `iso()` gives RFC 3339 with milliseconds, `combined()` nginx's own form, `plain()` `date time,ms`.
 */
export function clock(next, eventsPerSecond) {
  const meanMs = 1000 / eventsPerSecond;
  let now = start;
  let second = -1;
  let iso = "";
  let combined = "";
  const renew = () => {
    const whole = Math.floor(now / 1000);
    if (whole === second) return;
    second = whole;
    iso = new Date(whole * 1000).toISOString().slice(0, 19);
    combined = `${iso.slice(8, 10)}/${months[Number(iso.slice(5, 7)) - 1]}/${iso.slice(0, 4)}:${iso.slice(11)} +0000`;
  };
  const milliseconds = () => String(1000 + Math.floor(now % 1000)).slice(1);
  return {
    tick() {
      now += next() * 2 * meanMs;
      renew();
    },
    iso: () => `${iso}.${milliseconds()}Z`,
    combined: () => combined,
    plain: () => `${iso.slice(0, 10)} ${iso.slice(11)},${milliseconds()}`,
  };
}
