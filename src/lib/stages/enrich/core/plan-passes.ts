/** Puts steps together into as few passes as give the same as one step after the other. */
import { Assigner, type Assignment } from "../../../event/assign.js";
import { quote } from "../../../json/quote.js";
import type { Enricher } from "./enricher.js";
import { type Pass, ProjectionPass } from "./projection-pass.js";

/** What is to be done, in order. A pass stands alone. */
export type EnrichStep =
  | { readonly kind: "constant"; readonly assignment: Assignment }
  | { readonly kind: "look"; readonly enricher: Enricher }
  | { readonly kind: "pass"; readonly pass: Pass };

/** Keys that the fields of one pass may need, dotted paths counted with the objects they lead through. */
const KEYS_MAX = 48;

export function planPasses(steps: readonly EnrichStep[]): readonly Pass[] {
  const passes: Pass[] = [];
  let group: Member[] = [];
  const close = () => {
    if (group.length > 0) passes.push(passOf(group));
    group = [];
  };
  for (const step of steps) {
    if (step.kind === "pass") {
      close();
      passes.push(step.pass);
      continue;
    }
    const member = step.kind === "look" ? { enricher: step.enricher } : memberOf(step.assignment);
    const before = group.findIndex(({ constant }) => constant?.name === member.constant?.name);
    if (member.constant !== undefined && before >= 0) group[before] = member;
    else {
      if (!fits(member.enricher, group)) close();
      group.push(member);
    }
  }
  close();
  return passes.length === 0 ? [new Assigner([])] : passes;
}

/** One step of a pass. */
interface Member {
  readonly enricher: Enricher;
  readonly constant?: Assignment;
}

/** Constants alone have a kernel of their own. */
function passOf(group: readonly Member[]): Pass {
  const constants = group.flatMap(({ constant }) => constant ?? []);
  return constants.length === group.length
    ? new Assigner(constants)
    : new ProjectionPass(group.map(({ enricher }) => enricher));
}

/** An enricher that looks at what an earlier one sets must see it, and one of them alone may set a name. */
function fits(enricher: Enricher, members: readonly Member[]): boolean {
  const group = members.map((member) => member.enricher);
  const written = group.flatMap(({ writes }) => (writes === "any" ? [] : writes));
  if (group.some(({ writes }) => writes === "any") || (enricher.writes === "any" && group.length > 0))
    return false;
  if (enricher.reads.some((path) => written.some((name) => isTouched(path, name)))) return false;
  const reads = new Set([...group, enricher].flatMap(({ reads }) => reads));
  const keys = [...reads].reduce((sum, path) => sum + path.split(".").length, 0);
  return keys <= KEYS_MAX && !written.some((name) => mayWrite(enricher, name));
}

function mayWrite({ writes }: Enricher, name: string): boolean {
  return writes === "any" || writes.includes(name);
}

/** Whether setting the member `name` may change what `path` leads to. */
function isTouched(path: string, name: string): boolean {
  return path === name || path.startsWith(`${name}.`);
}

function memberOf(constant: Assignment): Member {
  const text = Buffer.from(`${quote(constant.name)}:${constant.json}`);
  const enricher: Enricher = {
    reads: [],
    writes: [constant.name],
    bind: () => (_rows, _row, additions) => additions.add(text, 0, text.length),
  };
  return { enricher, constant };
}
