import { detector, endOf, isWordAt } from "../detector.js";

const UUID = /[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}(?![\w\x80-\xff]|-\w)/y;

export const uuid = detector({
  name: "uuid",
  summary: "UUIDs; off by default, for most are ids of requests",
  label: "UUID",
  isDefault: false,
  group: "ids",
  shapes: ["uuid"],
  find(text, at) {
    if (at < 0 || (at > 0 && (isWordAt(text, at - 1) || text.charAt(at - 1) === "-"))) return undefined;
    const end = endOf(UUID, text, at);
    return end < 0 ? undefined : { start: at, end };
  },
  normal: (value) => value.toLowerCase(),
  positives: ["id «123e4567-e89b-12d3-a456-426614174000»;", "{«6BA7B810-9DAD-11D1-80B4-00C04FD430C8»}"],
  negatives: ["123e4567-e89b-12d3-a456-42661417400", "g23e4567-e89b-12d3-a456-426614174000", "2026-11-22"],
});
