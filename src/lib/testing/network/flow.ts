/** What the cases of a file have tried of its pipeline: which ways were taken, which stages did something. */
import type { Graph } from "../../pipeline/contract/graph.js";
import { type StageOfGraph, stagesOfGraph, type Tap } from "./tapped.js";

interface StageUse {
  came: boolean;
  let: boolean;
  changed: boolean;
}

export class StageFlow {
  private readonly outputs = new Set<string>();
  private readonly stages: readonly StageOfGraph[];
  private readonly uses: readonly StageUse[];
  /** Of the case that is being tried, by the number of the stage. */
  private went = new Map<number, Buffer[]>();
  private came = new Map<number, Buffer[]>();

  constructor(graph: Graph) {
    this.stages = stagesOfGraph(graph);
    this.uses = this.stages.map(() => ({ came: false, let: false, changed: false }));
  }

  /** Something came out in the case that is being tried. */
  out({ output, into, stage }: Tap, bytes: Buffer): void {
    if (output !== undefined) this.outputs.add(output);
    for (const number of into) listOf(this.went, number).push(bytes);
    if (stage !== undefined) listOf(this.came, stage).push(bytes);
  }

  /** The case is over. */
  settle(): void {
    this.uses.forEach((use, number) => {
      const [went, came] = [this.went, this.came].map((lists) => Buffer.concat(lists.get(number) ?? []));
      use.came ||= went!.length > 0;
      use.let ||= came!.length > 0;
      use.changed ||= !went!.equals(came!);
    });
    this.went = new Map();
    this.came = new Map();
  }

  /** What no case has tried, in the order of the graph: `severity.slow: never matched by a test`. */
  uncovered(graph: Graph): readonly Gap[] {
    return [
      ...graph.stages.flatMap(({ name, stages }) => stages.map((step, n) => this.ofStage(name, n, step))),
      ...graph.routes.flatMap(({ name, ports }) =>
        ports.map((port) => this.ofPort(`${name}.${port.name}`, port)),
      ),
      ...graph.sinks.map((sink) => this.ofSink(sink.name, sink.place)),
    ].filter((gap) => gap !== undefined);
  }

  private ofPort(name: string, { place }: { readonly place?: string | undefined }): Gap | undefined {
    return this.outputs.has(name) ? undefined : { name, place, reason: "never matched by a test" };
  }

  private ofSink(name: string, place: string | undefined): Gap | undefined {
    return this.outputs.has(name) ? undefined : { name, place, reason: "no event of a test came to it" };
  }

  private ofStage(
    node: string,
    index: number,
    { declaration, place }: Graph["stages"][number]["stages"][number],
  ): Gap | undefined {
    const use = this.uses[this.stages.findIndex((one) => one.node === node && one.index === index)]!;
    const name = `${node}: ${declaration.name}`;
    if (!use.came) return { name, place, reason: "no event of a test came to it" };
    if (!use.let) return { name, place, reason: "it let nothing through in any test" };
    return use.changed ? undefined : { name, place, reason: "it changed and dropped nothing in any test" };
  }
}

export interface Gap {
  readonly name: string;
  readonly place: string | undefined;
  readonly reason: string;
}

function listOf(lists: Map<number, Buffer[]>, number: number): Buffer[] {
  const known = lists.get(number) ?? [];
  lists.set(number, known);
  return known;
}
