/** Finds for each stage what was saved for it: by the list that it stands in and its place there. */
import type { StageMark } from "./state-format.js";

/** For each stage that is wanted the number of the saved one; or why it is not the same pipeline, in a few words. */
export type StageMatch =
  | { readonly places: readonly number[]; readonly difference?: undefined }
  | { readonly places?: undefined; readonly difference: string };

/**
 * Lists may stand in another order: each has what was saved under its name. Where one of the two has no names, stages
 * go by their order, and are refused where that could give one the state of another.
 */
export function matchStages(saved: readonly StageMark[], wanted: readonly StageMark[]): StageMatch {
  const isNamed = (stages: readonly StageMark[]) => stages.some(({ node }) => node !== undefined);
  if (isNamed(saved) && isNamed(wanted)) return matchByNode(saved, wanted);
  const difference = differenceInRow(saved, wanted) ?? (isNamed(saved) ? likeIn(saved) : undefined);
  return difference === undefined ? { places: wanted.map((_, n) => n) } : { difference };
}

function matchByNode(saved: readonly StageMark[], wanted: readonly StageMark[]): StageMatch {
  const [before, now] = [byNode(saved), byNode(wanted)];
  const gone = [...before.keys()].filter((node) => !now.has(node));
  const fresh = [...now.keys()].filter((node) => !before.has(node));
  const changes = [
    ...(gone.length === 0 ? [] : [`it has ${listed(gone)}, which the pipeline has not`]),
    ...(fresh.length === 0 ? [] : [`the pipeline has ${listed(fresh)}, which it has not`]),
  ];
  for (const [node, { stages }] of now) {
    const known = before.get(node);
    const difference = known && differenceInRow(known.stages, stages);
    if (difference !== undefined) changes.push(`${node}: ${difference}`);
  }
  if (changes.length > 0) return { difference: changes.join("; ") };
  const places: number[] = [];
  for (const [node, { numbers }] of now)
    numbers.forEach((number, n) => {
      places[number] = before.get(node)!.numbers[n]!;
    });
  return { places };
}

interface NodeMarks {
  readonly stages: StageMark[];
  /** Where they are among all. */
  readonly numbers: number[];
}

function byNode(stages: readonly StageMark[]): ReadonlyMap<string | undefined, NodeMarks> {
  const nodes = new Map<string | undefined, NodeMarks>();
  stages.forEach((stage, number) => {
    const own = nodes.get(stage.node) ?? { stages: [], numbers: [] };
    own.stages.push(stage);
    own.numbers.push(number);
    nodes.set(stage.node, own);
  });
  return nodes;
}

/** What is not the same about two rows of stages. */
function differenceInRow(saved: readonly StageMark[], wanted: readonly StageMark[]): string | undefined {
  const names = (stages: readonly StageMark[]) => stages.map(({ name }) => name).join(" | ");
  if (names(saved) !== names(wanted)) return `of ${names(saved)}, not of ${names(wanted)}`;
  const changed = wanted.find(({ options }, n) => saved[n]?.options !== options);
  return changed && `the options of ${changed.name} have changed`;
}

/** Two stages alike in different lists: without names nobody can tell whose state is whose. */
function likeIn(saved: readonly StageMark[]): string | undefined {
  for (const [n, one] of saved.entries()) {
    const other = saved
      .slice(0, n)
      .find(({ name, options, node }) => name === one.name && options === one.options && node !== one.node);
    if (other !== undefined)
      return `it has ${one.name} in ${listed([other.node, one.node])}, and the pipeline has no lists of these names`;
  }
  return undefined;
}

function listed(names: readonly (string | undefined)[]): string {
  return names.map((name) => name ?? "a chain").join(" and ");
}
