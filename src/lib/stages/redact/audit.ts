import { AUDIT_SEPARATOR } from "./redactor.js";

/** The audit of a run as NDJSON, a line for each detector and field: never what was found, only how often. */
export function auditText(counts: Readonly<Record<string, number>>): string {
  const names = Object.keys(counts).filter((name) => name.includes(AUDIT_SEPARATOR));
  const whole = Object.keys(counts).filter((name) => !names.includes(name) && !name.startsWith("("));
  const lines = whole.sort().flatMap((detector) => {
    const fields = names.filter((name) => name.startsWith(`${detector}${AUDIT_SEPARATOR}`)).sort();
    const rest = fields.map((name) =>
      JSON.stringify({
        detector,
        field: name.slice(detector.length + AUDIT_SEPARATOR.length),
        count: counts[name],
      }),
    );
    return [JSON.stringify({ detector, count: counts[detector] }), ...rest];
  });
  return lines.map((line) => `${line}\n`).join("");
}
