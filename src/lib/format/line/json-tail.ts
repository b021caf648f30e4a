/** A JSON object at the end of a text. */
import { JsonFault, scanMembers } from "../../json/members.js";
import type { LineParts } from "./line-parts.js";

/** At how many places an object may begin: more would be many readings of one text. */
const STARTS_MAX = 4;

/** Adds the members of the JSON object that ends at `limit`. Returns where it begins; `limit` when there is none. */
export function addJsonTail(line: string, start: number, limit: number, parts: LineParts): number {
  if (line.charCodeAt(limit - 1) !== 0x7d) return limit;
  let open = line.indexOf("{", start);
  for (let tries = 0; tries < STARTS_MAX && open >= 0; tries++) {
    if (isSetApart(line, start, open)) {
      const text = line.slice(open, limit);
      const members = scanMembers(text);
      if (!(members instanceof JsonFault)) {
        for (const [i, name] of members.names.entries())
          if (name !== "" && members.names.lastIndexOf(name) === i)
            parts.add(name, text.slice(members.valueStarts[i], members.valueEnds[i]));
        return open;
      }
    }
    open = line.indexOf("{", open + 1);
  }
  return limit;
}

function isSetApart(line: string, start: number, at: number): boolean {
  const before = line.charCodeAt(at - 1);
  return at === start || before === 0x20 || before === 0x09 || before === 0x3a || before === 0x3d;
}
