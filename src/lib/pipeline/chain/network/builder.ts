/** Puts the links of a network one behind the other, and between them what the engine adds. */

import type { Step } from "../../contract/pipeline.js";
import type { SinkDeclaration, StageDeclaration } from "../../contract/stage.js";
import type { BuiltinStep } from "../builtin-stages.js";
import { isRoute, type Network, type NetworkInput, stageLabels } from "./network.js";
import type { LinkWork, Target } from "./wiring.js";

/** Where blocks come out: of an entry, or of a port of a link. */
export type Outlet = { readonly entry: number } | { readonly link: number; readonly port: number };

export interface BuiltLink {
  readonly what: LinkWork;
  readonly name: string;
  readonly label: string;
  readonly from: readonly Outlet[];
  readonly to: Target[][];
  readonly isSerial: boolean;
  /** Its lines are those of the input. */
  readonly seesInput: boolean;
}

export class Builder {
  readonly links: BuiltLink[] = [];
  readonly entries: Target[][];
  private readonly network: Network;
  private readonly frames: (number | undefined)[];
  /** Where each node's blocks come out, by port. */
  private readonly outlets: (readonly Outlet[])[] = [];

  constructor(network: Network) {
    this.network = network;
    this.entries = network.entries.map(() => []);
    this.frames = network.entries.map(() => undefined);
    for (const node of network.nodes) {
      const from = this.outletsOf(node.from);
      this.outlets.push(
        isRoute(node)
          ? this.route(node, from)
          : stageLabels(node).reduce(
              (before, label, n) => this.stage(node.stages[n]!, label, node.name, before),
              from,
            ),
      );
    }
    this.addExits();
  }

  outletsOf(inputs: readonly NetworkInput[]): readonly Outlet[] {
    const of = (input: NetworkInput): readonly Outlet[] => {
      if ("entry" in input) return [input];
      const all = this.outlets[input.node]!;
      return input.port === undefined ? all : [all[input.port]!];
    };
    return this.joined([...groupedByNode(inputs)].map((group) => group.flatMap(of)));
  }

  /** What goes several ways of one route, and each event one of them, comes in its order: an outlet of its own. */
  private joined(groups: readonly (readonly Outlet[])[]): readonly Outlet[] {
    return groups.flatMap((outlets) => {
      const [first] = outlets;
      const ports = outlets.flatMap((outlet) => ("link" in outlet ? [outlet.port] : []));
      const isTwice = new Set(ports).size < outlets.length;
      if (first === undefined || !("link" in first) || outlets.length === 1 || isTwice) return outlets;
      const { what, to } = this.links[first.link]!;
      if (what.kind !== "route" || what.route.match !== "first") return outlets;
      const outputs = what.route.outputs as number[][];
      const wanted = ports.toSorted((a, b) => a - b);
      const known = outputs.findIndex((output) => output.join() === wanted.join());
      if (known >= 0) return [{ link: first.link, port: known }];
      outputs.push(wanted);
      to.push([]);
      return [{ link: first.link, port: outputs.length - 1 }];
    });
  }

  private stage(
    step: Step<StageDeclaration>,
    label: string,
    node: string | undefined,
    from: readonly Outlet[],
  ): readonly Outlet[] {
    const { declaration, given } = step;
    const isFirst = from.every((outlet) => "entry" in outlet);
    const isStateful =
      !declaration.isStateless(given) || (!isFirst && declaration.align?.(given) !== undefined);
    const name = node === undefined ? declaration.name : label;
    const isText = declaration.input === "text";
    const what: LinkWork = { kind: "stage", step: { ...step, label }, node };
    return [{ link: this.add({ what, name, label, isStateful, isText, ports: 1 }, from), port: 0 }];
  }

  private route(
    { name, match, ports }: Extract<Network["nodes"][number], { ports: unknown }>,
    from: readonly Outlet[],
  ): readonly Outlet[] {
    const what: LinkWork = {
      kind: "route",
      route: {
        match,
        ports: ports.map(({ name, when }) => ({ name, when })),
        outputs: ports.map((_, port) => [port]),
      },
    };
    const link = this.add({ what, name, label: name, ports: ports.length }, from);
    return ports.map((_, port) => ({ link, port }));
  }

  private add(
    {
      what,
      name,
      label,
      ports,
      isStateful = false,
      isText = false,
    }: Pick<BuiltLink, "what" | "name" | "label"> & {
      readonly ports: number;
      readonly isStateful?: boolean;
      readonly isText?: boolean;
    },
    outlets: readonly Outlet[],
  ): number {
    const from = isText ? outlets : outlets.map((outlet) => this.framed(outlet));
    const number = this.links.length;
    this.links.push({
      what,
      name,
      label,
      from,
      to: Array.from({ length: ports }, () => []),
      isSerial: isStateful || from.some((outlet) => this.isSerial(outlet)),
      seesInput: from.every((outlet) => this.isOfInput(outlet)),
    });
    for (const outlet of from) this.connect(outlet, number);
    return number;
  }

  /** Raw lines are made events, once an entry. */
  private framed(outlet: Outlet): Outlet {
    if (!("entry" in outlet)) return outlet;
    const { entry } = outlet;
    if (this.frames[entry] === undefined) {
      const what: LinkWork = { kind: "builtin", step: { name: "frame" } };
      this.frames[entry] = this.add({ what, name: "frame", label: "frame", isText: true, ports: 1 }, [
        outlet,
      ]);
    }
    return { link: this.frames[entry]!, port: 0 };
  }

  private connect(outlet: Outlet, target: Target): void {
    if ("entry" in outlet) this.entries[outlet.entry]!.push(target);
    else this.links[outlet.link]!.to[outlet.port]!.push(target);
  }

  private isSerial(outlet: Outlet): boolean {
    return "link" in outlet && this.links[outlet.link]!.isSerial;
  }

  private isOfInput(outlet: Outlet): boolean {
    if ("entry" in outlet) return true;
    const { what } = this.links[outlet.link]!;
    return what.kind === "builtin" && what.step.name === "frame";
  }

  /** Sinks that want the same check of the same blocks share it. */
  private addExits(): void {
    const groups = new Map<string, { readonly from: Outlet; readonly exits: number[] }>();
    this.network.exits.forEach(({ from }, exit) => {
      for (const [n, outlet] of this.outletsOf(from)
        .map((one) => this.framed(one))
        .entries()) {
        const key = JSON.stringify(outlet);
        const group = groups.get(key) ?? { from: outlet, exits: [] };
        // What is named twice comes twice.
        if (group.exits.includes(exit)) groups.set(`${key} ${exit} ${n}`, { from: outlet, exits: [exit] });
        else group.exits.push(exit);
        groups.set(key, group);
      }
    });
    for (const { from, exits } of groups.values()) this.addChecks(from, exits);
  }

  private addChecks(from: Outlet, exits: readonly number[]): void {
    const ports = new Map<string, { readonly step: BuiltinStep; readonly exits: number[] }>();
    for (const exit of exits) {
      const step = this.checkOf(exit);
      if (step === undefined) {
        this.connect(from, ~exit);
        continue;
      }
      const { sink: _, ...asked } = step;
      const key = JSON.stringify(step.name === "watch" ? step : asked);
      const port = ports.get(key) ?? { step, exits: [] };
      port.exits.push(exit);
      ports.set(key, port);
    }
    const all = [...ports.values()];
    for (const { step, exits } of all) if (step.name === "watch") this.addCheck(from, step, [exits]);
    const checks = all.filter(({ step }) => step.name !== "watch");
    // The one that looks at most comes first: what it leaves as it was is for the others, too.
    checks.sort((a, b) => Number(b.step.name === "check") - Number(a.step.name === "check"));
    const [first] = checks;
    if (first === undefined) return;
    const steps = checks.map(({ step }) => step);
    const step: BuiltinStep = checks.length === 1 ? first.step : { name: "checks", checks: steps };
    this.addCheck(
      from,
      step,
      checks.map(({ exits }) => exits),
    );
  }

  private addCheck(from: Outlet, step: BuiltinStep, exits: readonly (readonly number[])[]): void {
    const name = step.name === "watch" ? "watch" : "check";
    const label = step.sink ?? step.checks?.[0]?.sink ?? "sink";
    const what: LinkWork = { kind: "builtin", step };
    const link = this.add({ what, name, label, ports: exits.length }, [from]);
    exits.forEach((numbers, port) => {
      for (const exit of numbers) this.connect({ link, port }, ~exit);
    });
  }

  private checkOf(exit: number): BuiltinStep | undefined {
    const { sink, name } = this.network.exits[exit]!;
    return sink && checkFor(sink, name);
  }
}

/** Those of one route together, at the place of the first. */
function groupedByNode(inputs: readonly NetworkInput[]): Iterable<readonly NetworkInput[]> {
  const groups = new Map<unknown, NetworkInput[]>();
  for (const input of inputs) {
    const key = "entry" in input ? input : input.node;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [input]);
    else group.push(input);
  }
  return groups.values();
}

/** What comes before a sink; undefined: nothing. */
function checkFor(
  { declaration, given }: Step<SinkDeclaration>,
  name: string | undefined,
): BuiltinStep | undefined {
  const reads = declaration.reads?.(given) ?? [];
  const named = name === undefined ? {} : { sink: name };
  if (declaration.input !== "checked")
    return reads.length === 0 ? undefined : { name: "watch", reads, sink: name ?? declaration.name };
  if (declaration.wantsEventsOnly === true) return { name: "checkEvents", ...named };
  if (declaration.keepsText?.(given) === true) return { name: "checkText", ...named };
  return { name: "check", times: declaration.timesOf?.(given), reads, ...named };
}
