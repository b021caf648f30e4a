/** Lists of stages, and those of `define` that are used in them by name. */
import { formatCount } from "../../../base/size.js";
import { suggest } from "../../../base/suggest.js";
import type { YamlEntry, YamlValue } from "../../../options/yaml.js";
import type { Step } from "../../contract/pipeline.js";
import type { StageDeclaration } from "../../contract/stage.js";
import type { Commands } from "../build.js";
import type { Preset } from "../quoted.js";
import { fault, type NamedStage, namedStage, partOf, stepOf } from "../steps.js";
import type { Faults } from "./faults.js";
import type { Written } from "./gather.js";

export type StageStep = Step<StageDeclaration>;

/** Of one list, with all that it uses: more than this is a mistake, and would take all memory. */
const STAGES_MAX = 10_000;

export class StageLists {
  /** All that were read, those of `define` once. */
  readonly steps: StageStep[] = [];
  private readonly define: ReadonlyMap<string, YamlEntry>;
  /** Where a file is missing, a list that is not here is no fault. */
  private readonly isWhole: boolean;
  private readonly commands: Commands;
  private readonly preset: Preset;
  private readonly faults: Faults;
  private readonly known = new Map<string, readonly StageStep[]>();
  /** The names of `define` that are being read: each uses the one after it. */
  private readonly way: string[] = [];

  constructor(
    { define, isWhole }: Pick<Written, "define" | "isWhole">,
    commands: Commands,
    preset: Preset,
    faults: Faults,
  ) {
    [this.define, this.isWhole, this.commands, this.preset, this.faults] = [
      define,
      isWhole,
      commands,
      preset,
      faults,
    ];
  }

  /** Reads all of `define`, what nobody uses as well: its faults are faults. */
  async readDefined(): Promise<void> {
    for (const { key, place } of this.define.values()) {
      if (this.commands.names.includes(key) || key === "use")
        this.faults.add(
          fault(place, `"${key}" has a meaning in lists of stages already`, { hint: "give it another name" }),
        );
      else await this.faults.tryAsync(() => this.defined(key, place));
    }
  }

  /** A list, or the name of one. Faults are gathered; what has one is left out. */
  async read(value: YamlValue): Promise<readonly StageStep[]> {
    const items = value.kind === "list" ? value.items() : value.kind === "nothing" ? [] : [value];
    if (items.length === 0)
      throw fault(value.place, "a list of stages is missing here", { hint: "write it: [parse]" });
    const steps: StageStep[] = [];
    for (const item of items) {
      const read = (await this.faults.tryAsync(() => this.item(item))) ?? [];
      addAll(steps, read, item.place);
    }
    return steps;
  }

  private async item(item: YamlValue): Promise<readonly StageStep[]> {
    const named = namedStage(item, this.faults);
    if (named.name === "use") return this.used(named);
    if (named.value === undefined && this.define.has(named.name) && !this.commands.names.includes(named.name))
      return this.defined(named.name, named.place);
    const isMissing = !this.isWhole && named.value === undefined && !this.commands.names.includes(named.name);
    return isMissing ? [] : [await this.stage(named)];
  }

  private async used({ place, value }: NamedStage): Promise<readonly StageStep[]> {
    const names = value?.kind === "list" ? value.items() : value === undefined ? [] : [value];
    if (names.length === 0)
      throw fault(place, "use names a list of stages of define", { hint: "write use: NAME" });
    const steps: StageStep[] = [];
    for (const item of names) {
      const read = await this.faults.tryAsync(() => this.defined(item.texts()[0] ?? "", item.place));
      addAll(steps, read ?? [], item.place);
    }
    return steps;
  }

  private async defined(name: string, place: string): Promise<readonly StageStep[]> {
    const before = this.known.get(name);
    if (before !== undefined) return before;
    const entry = this.define.get(name);
    if (entry === undefined && !this.isWhole) return [];
    if (entry === undefined)
      throw fault(place, `no list of stages is called "${name}"`, {
        suggestion: suggest(name, this.define.keys()),
        hint: 'lists that are used by name stand under "define:"',
      });
    const start = this.way.indexOf(name);
    if (start >= 0)
      throw fault(
        place,
        `lists of stages use each other in a circle: ${[...this.way.slice(start), name].join(" -> ")}`,
      );
    this.way.push(name);
    try {
      const steps = await this.read(entry.value);
      this.known.set(name, steps);
      return steps;
    } catch (error) {
      // Once is enough: who uses it has no further fault.
      this.known.set(name, []);
      throw error;
    } finally {
      this.way.pop();
    }
  }

  private async stage(named: NamedStage): Promise<StageStep> {
    const { name, place } = named;
    if (!this.commands.names.includes(name)) throw this.unknown(named);
    const declaration = await partOf(named, this.commands);
    if (declaration.kind !== "stage")
      throw fault(place, `${name} is a ${declaration.kind}: it cannot stand in a list of stages`, {
        hint: `in a graph it stands with a name under "${declaration.kind}s:"`,
      });
    // Never first: what comes to it comes from the nodes before.
    const step = stepOf(declaration, named, { index: 1, files: [] }, this.preset, this.faults) as StageStep;
    this.steps.push(step);
    return step;
  }

  private unknown({ name, place }: NamedStage) {
    return fault(place, `unknown stage "${name}"`, {
      suggestion: suggest(name, [...this.commands.names, ...this.define.keys()]),
      hint: 'run "logpipe help" for the list of commands',
    });
  }
}

function addAll(steps: StageStep[], more: readonly StageStep[], place: string): void {
  if (steps.length + more.length > STAGES_MAX)
    throw fault(
      place,
      `this list has more than ${formatCount(STAGES_MAX)} stages, with those of the lists that it uses`,
      {
        hint: "lists that use each other several times grow with each use",
      },
    );
  for (const step of more) steps.push(step);
}
