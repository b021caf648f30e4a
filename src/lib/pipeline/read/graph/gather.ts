/** The parts of a graph's file and of those that it includes, by name: nothing of them is looked into yet. */
import { dirname, isAbsolute, join, normalize } from "node:path";
import { type LogpipeError, reasonOf } from "../../../base/errors/index.js";
import { suggest } from "../../../base/suggest.js";
import type { Options } from "../../../options/options.js";
import type { Variables } from "../../../options/variables.js";
import { readYaml, type YamlEntry, type YamlValue } from "../../../options/yaml.js";
import { fault, optionName, optionOf } from "../steps.js";
import type { Faults } from "./faults.js";
import { SECTIONS_OF_OTHERS } from "./words-of-others.js";

export const SECTIONS = ["sources", "stages", "routes", "sinks"] as const;
export type Section = (typeof SECTIONS)[number];
/** Keys that stand at the top of a graph's file, beside the settings of the run. */
export const GRAPH_KEYS = [...SECTIONS, "include", "define", "defaults", "journal", "tests"] as const;

/** A node as it is written. */
export interface WrittenNode {
  readonly section: Section;
  readonly entry: YamlEntry;
}

export interface Written {
  readonly nodes: ReadonlyMap<string, WrittenNode>;
  readonly define: ReadonlyMap<string, YamlEntry>;
  /** By section. */
  readonly defaults: ReadonlyMap<string, YamlEntry>;
  /** Those that have anything under them, in whatever shape. */
  readonly sections: ReadonlySet<Section>;
  /** Names that stand more than once. */
  readonly twice: ReadonlySet<string>;
  /** Whether all sections, and all files that are included, could be read: else there may be more nodes. */
  readonly isWhole: boolean;
  readonly warnings: readonly LogpipeError[];
  readonly journal: YamlEntry | undefined;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly tests: YamlEntry | undefined;
}

export interface GatherSurroundings {
  /** What may stand at the top beside the nodes. */
  readonly settings: Options;
  readonly variables: Variables;
  /** The text of the file at `path`, which is as the user would write it. */
  readonly readText: (path: string) => string;
  /** The files that a pattern matches, in the order of their names; undefined: it is none. */
  readonly filesMatching: (pattern: string) => Promise<readonly string[] | undefined>;
}

/** A node's or port's name: it stands in `from`, and names files of the journal. */
const NAME = /^[A-Za-z_][\w-]{0,63}$/;
const INCLUDES_MAX = 32;
const TESTS_FILE = /\.test\.ya?ml$/i;

/** Puts the text of every file that was read into `texts`, by its path. */
export class Gathering {
  private readonly nodes = new Map<string, WrittenNode>();
  private readonly define = new Map<string, YamlEntry>();
  private readonly sections = new Set<Section>();
  private readonly twice = new Set<string>();
  private isWhole = true;
  private readonly defaults = new Map<string, YamlEntry>();
  private readonly given = new Map<string, YamlEntry>();
  private readonly settings: Record<string, unknown> = {};
  private readonly around: GatherSurroundings;
  private readonly faults: Faults;
  private readonly texts: Map<string, string>;
  private readonly warnings: LogpipeError[] = [];

  constructor(around: GatherSurroundings, faults: Faults, texts: Map<string, string>) {
    [this.around, this.faults, this.texts] = [around, faults, texts];
  }

  async read(root: YamlValue, path: string): Promise<Written> {
    await this.file(root, [normalize(path)]);
    const { nodes, define, defaults, settings, sections, twice } = this;
    return {
      nodes,
      define,
      defaults,
      settings,
      sections,
      twice,
      isWhole: this.isWhole,
      warnings: this.warnings,
      journal: this.given.get("journal"),
      tests: this.given.get("tests"),
    };
  }

  /** `way`: the files that include each other down to this one. */
  private async file(root: YamlValue, way: readonly string[]): Promise<void> {
    for (const entry of this.faults.try(() => root.entries()) ?? []) {
      await this.faults.tryAsync(() => this.top(entry, way));
    }
  }

  private async top(entry: YamlEntry, way: readonly string[]): Promise<void> {
    const { key } = entry;
    const isMain = way.length === 1;
    if (isSection(key)) this.section(key, entry);
    else if (key === "include") await this.include(entry.value, way);
    else if (key === "define") this.named(entry, this.define, (each) => each, "stages");
    else if (key === "defaults") this.defaultsOf(entry);
    // A file that is included may be run, and tried, by itself: its tests are its own.
    else if (key === "journal" || (key === "tests" && isMain)) this.once(key, entry);
    else if (key !== "tests") this.setting(entry);
  }

  private setting(entry: YamlEntry): void {
    const { settings } = this.around;
    const name = optionName(entry.key, settings);
    if (name === undefined) {
      const meant = SECTIONS_OF_OTHERS[entry.key.toLowerCase()]?.is ?? suggest(entry.key, SECTIONS);
      // It is misspelt, and not missing as well; nor are its nodes.
      if (meant !== undefined && isSection(meant)) this.isWhole = false;
      throw unknownTop(entry, settings);
    }
    this.once(name, entry);
    this.settings[name] = optionOf(entry, settings[name]!, name);
  }

  private section(section: Section, entry: YamlEntry): void {
    if (entry.value.kind !== "nothing") this.sections.add(section);
    if (entry.value.kind === "list" || entry.value.kind === "scalar")
      throw fault(
        entry.place,
        `"${section}" has nodes with names in a file with several sources, routes or sinks`,
        {
          hint:
            section === "stages"
              ? "give the list a name: stages: { main: { from: NAME, stages: [...] } }"
              : HINTS[section],
        },
      );
    this.named(entry, this.nodes, (each) => ({ section, entry: each }), "nodes");
  }

  /** What stands under a key of the top, each by its name. */
  private named<T>(
    { value }: YamlEntry,
    into: Map<string, T>,
    made: (entry: YamlEntry) => T,
    kind: "nodes" | "stages",
  ): void {
    for (const each of value.entries()) {
      this.faults.try(() => {
        // What reads a node that cannot be called so is no further fault.
        if (kind === "nodes" && !isName(each.key)) this.twice.add(each.key);
        checkName(each, kind === "nodes" ? "a node" : "a list of stages");
        const before = into.get(each.key);
        if (before !== undefined) {
          const { place } = entryOf(before as WrittenNode | YamlEntry);
          if (kind === "nodes") this.twice.add(each.key);
          if (isSameMap(before, made(each)) && fileOf(each.place) === fileOf(place)) return;
          throw fault(each.place, `"${each.key}" is the name of another, at ${place}`, {
            hint: "every name stands once: the one in from is then clear",
          });
        }
        into.set(each.key, made(each));
      });
    }
  }

  private defaultsOf({ value }: YamlEntry): void {
    for (const each of value.entries()) {
      this.faults.try(() => {
        if (each.key !== "sources" && each.key !== "sinks")
          throw fault(each.place, `there are no defaults of "${each.key}"`, {
            suggestion: suggest(each.key, ["sources", "sinks"]),
            hint: "there are those of sources and of sinks",
          });
        const before = this.defaults.get(each.key);
        if (before !== undefined && !isSameKey(before, each)) throw twice(each, before);
        this.defaults.set(each.key, each);
      });
    }
  }

  private once(name: string, entry: YamlEntry): void {
    const before = this.given.get(name);
    if (before !== undefined && !isSameKey(before, entry)) throw twice(entry, before);
    this.given.set(name, entry);
  }

  private async include(value: YamlValue, way: readonly string[]): Promise<void> {
    const items = value.kind === "list" ? value.items() : value.kind === "nothing" ? [] : [value];
    for (const item of items) {
      const before = this.faults.count;
      await this.faults.tryAsync(() => this.includeAll(item, way));
      if (this.faults.count > before) this.isWhole = false;
    }
  }

  /** One file, or those that a pattern matches: these without the files on the way here, and without tests. */
  private async includeAll(item: YamlValue, way: readonly string[]): Promise<void> {
    const [text = ""] = item.texts();
    const { place } = item;
    if (text.trim() === "") throw fault(place, "the name of a file is missing here");
    const path = isAbsolute(text) ? normalize(text) : join(dirname(way.at(-1)!), text);
    const found = await this.around.filesMatching(path);
    if (found === undefined) return this.includeOne(path, place, way);
    const wanted = found.filter((each) => !way.includes(each) && !TESTS_FILE.test(each));
    if (found.length === 0)
      this.warnings.push(
        fault(place, `no file matches ${path}`, { hint: "a pattern starts where the file that has it lies" }),
      );
    for (const each of wanted) await this.faults.tryAsync(() => this.includeOne(each, place, way));
  }

  private async includeOne(path: string, place: string, way: readonly string[]): Promise<void> {
    if (way.includes(path))
      throw fault(
        place,
        `files include each other in a circle: ${[...way.slice(way.indexOf(path)), path].join(" -> ")}`,
        {
          hint: "put what both need into a file that includes neither",
        },
      );
    if (this.texts.has(path)) return;
    if (way.length > INCLUDES_MAX) throw fault(place, `more than ${INCLUDES_MAX} files include each other`);
    await this.file(this.readFile(path, place), [...way, path]);
  }

  private readFile(path: string, place: string): YamlValue {
    let text: string;
    try {
      text = this.around.readText(path);
    } catch (error) {
      throw fault(place, `cannot read the file to include, ${path}: ${reasonOf(error)}`, {
        hint: "its path starts where the file that includes it lies",
      });
    }
    this.texts.set(path, text);
    return readYaml(text, path, this.around.variables, (error) => this.faults.add(error));
  }
}

const HINTS: Readonly<Record<Section, string>> = {
  sources: "give each a name: sources: { nginx: { ingest: access.log } }",
  stages: "give each list a name: stages: { web: { from: nginx, stages: [parse] } }",
  routes: "give each a name: routes: { severity: { from: web, to: { errors: 'level == \"error\"' } } }",
  sinks: "give each a name: sinks: { store: { from: web, sink: ./store } }",
};

function isSection(key: string): key is Section {
  return (SECTIONS as readonly string[]).includes(key);
}

function isName(key: string): boolean {
  return NAME.test(key);
}

/** Throws usage.file. */
export function checkName({ key, place }: YamlEntry, what: string): void {
  if (!isName(key))
    throw fault(place, `"${key.slice(0, 80)}" cannot be the name of ${what}`, {
      hint: "a name has letters, digits, - and _, at most 64, and begins with a letter",
    });
  if (what === "a node" && /^journal\d*$/.test(key))
    throw fault(place, `"${key}" is what drawings call the journal`, { hint: "give the node another name" });
}

function entryOf(written: WrittenNode | YamlEntry): YamlEntry {
  return "entry" in written ? written.entry : written;
}

function fileOf(place: string): string {
  return place.replace(/:\d+:\d+$/, "");
}

/** Whether one stands in the map of the other: YAML has said that its name stands twice. */
function isSameMap(before: unknown, one: unknown): boolean {
  return (before as Partial<WrittenNode>).section === (one as Partial<WrittenNode>).section;
}

/** Then it has been said as a fault of YAML. */
function isSameKey(before: YamlEntry, entry: YamlEntry): boolean {
  return before.key === entry.key && fileOf(before.place) === fileOf(entry.place);
}

function twice({ key, place }: YamlEntry, before: YamlEntry): LogpipeError {
  return fault(place, `"${key}" stands at ${before.place}, too`, { hint: "it can be said once" });
}

function unknownTop({ key, place }: YamlEntry, options: Options): LogpipeError {
  const settings = Object.keys(options);
  const own = SECTIONS_OF_OTHERS[key.toLowerCase()];
  if (own !== undefined) return fault(place, `unknown key "${key}"`, { suggestion: own.is, hint: own.hint });
  const hint = `a graph has ${GRAPH_KEYS.join(", ")}${settings.length === 0 ? "" : `, and settings of the run: ${settings.join(", ")}`}`;
  return fault(place, `unknown key "${key}"`, {
    suggestion: suggest(key, [...GRAPH_KEYS, ...settings]),
    hint,
  });
}
