/** What the cases of a file have tried of its pipeline: which ways were taken, which stages did something. */
import type { Block } from "../../event/block.js";
import type { Graph } from "../../pipeline/contract/graph.js";

interface StageUse {
  came: boolean;
  let: boolean;
  changed: boolean;
}

export class StageFlow {
  private readonly outputs = new Set<string>();
  private readonly stages = new Map<string, StageUse>();

  passed(output: string): void {
    this.outputs.add(output);
  }

  /** `went` into a stage, `came` out of it. */
  stage(node: string, index: number, went: Buffer, came: readonly Block[]): void {
    const key = keyOf(node, index);
    let use = this.stages.get(key);
    if (use === undefined) this.stages.set(key, (use = { came: false, let: false, changed: false }));
    use.came ||= went.length > 0;
    use.let ||= came.length > 0;
    use.changed ||= !isSame(went, came);
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
    const use = this.stages.get(keyOf(node, index));
    const name = `${node}: ${declaration.name}`;
    if (use === undefined || !use.came) return { name, place, reason: "no event of a test came to it" };
    if (!use.let) return { name, place, reason: "it let nothing through in any test" };
    return use.changed ? undefined : { name, place, reason: "it changed and dropped nothing in any test" };
  }
}

export interface Gap {
  readonly name: string;
  readonly place: string | undefined;
  readonly reason: string;
}

function keyOf(node: string, index: number): string {
  return `${node} ${index}`;
}

function isSame(went: Buffer, came: readonly Block[]): boolean {
  if (came.length === 1) return went.equals(came[0]!.bytes);
  return went.equals(Buffer.concat(came.map(({ bytes }) => bytes)));
}
