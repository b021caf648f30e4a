import { drawGraph } from "../lib/chart/graph/draw-text.js";
import { isAsciiOnly } from "../lib/chart/text/looks.js";
import { everywhere } from "../lib/options/common.js";
import { choice } from "../lib/options/options.js";
import { type Variables, variablesOf } from "../lib/options/variables.js";
import type { Outline } from "../lib/pipeline/contract/graph.js";
import { command } from "../lib/pipeline/contract/stage.js";
import type { Terminal } from "../lib/pipeline/contract/terminal.js";
import { presetsOf, readGiven } from "../lib/pipeline/read/given.js";

const FORMATS = ["text", "mermaid", "svg", "json"] as const;
type GraphFormat = (typeof FORMATS)[number];

const options = {
  to: choice({
    fromProject: "free",
    choices: FORMATS,
    summary:
      "text for a terminal, mermaid for a wiki, svg for a page, json for a program; default by the name of FILE",
  }),
  config: everywhere.config,
} as const;

export default command({
  name: "graph",
  summary: "draw a pipeline: its sources, stages, routes and sinks",
  details: `Draws a pipeline file, or a quoted pipeline, as boxes and lines: what reads what, under which condition, and what each box does. Nothing of
it is opened. Secrets that come from \`\${NAME}\` or \`\${file:PATH}\` are shown by those names.

With \`-o\` the name of the file says the format: \`.svg\`, \`.mmd\`, \`.json\`, or text.`,
  operands: [
    { name: "PIPELINE", summary: "a .yaml file, or a quoted pipeline", isRequired: true },
    { name: "FILE", isLocal: true, summary: "files that it would read", isRepeated: true },
  ],
  options,
  examples: [
    {
      title: "What does it do?",
      command: "graph 'parse | redact | sink ./store'",
    },
    { title: "A picture for a page", command: "graph pipeline.yaml -o pipeline.svg" },
    { title: "For a README on GitHub", command: "graph --to mermaid pipeline.yaml" },
  ],
  async run({ operands: [text, ...files], options: given }, terminal, registry) {
    const variables = variablesOf(terminal.env, terminal.cwd);
    try {
      const preset = await presetsOf(given.config, terminal, registry);
      const { graph, settings } = await readGiven(
        { text: text!, files, preset, variables },
        terminal,
        registry,
      );
      const { plannedOutline } = await import("../lib/pipeline/run/graph/outline.js");
      const workers = (settings["workers"] as number | "auto" | undefined) ?? "auto";
      const outline = plannedOutline(graph, { workers });
      const format = given.to ?? formatOfName((given as { readonly output?: string }).output);
      await terminal.stdout.write(await drawn(hidden(outline, variables), format, terminal));
      return 0;
    } catch (error) {
      throw variables.hide(error);
    }
  },
});

const BY_EXTENSION: Readonly<Record<string, GraphFormat>> = {
  svg: "svg",
  json: "json",
  mmd: "mermaid",
  mermaid: "mermaid",
  md: "mermaid",
};

function formatOfName(output: string | undefined): GraphFormat {
  const extension = /\.([a-z]+)$/i.exec(output ?? "")?.[1]?.toLowerCase() ?? "";
  return Object.hasOwn(BY_EXTENSION, extension) ? BY_EXTENSION[extension]! : "text";
}

async function drawn(outline: Outline, format: GraphFormat, { stdout, env }: Terminal): Promise<string> {
  if (format === "json") return `${JSON.stringify(outline, undefined, 2)}\n`;
  if (format === "svg") return (await import("../lib/chart/graph/draw-svg.js")).svgGraph(outline);
  if (format === "mermaid") return (await import("../lib/chart/graph/mermaid.js")).mermaidGraph(outline);
  return drawGraph(outline, { columns: stdout.columns, isAscii: isAsciiOnly(env, stdout.isTerminal) });
}

/** With the names of variables and files in place of their values. */
function hidden({ nodes, edges }: Outline, variables: Variables): Outline {
  const shown = (text: string) => variables.hidden(text);
  return {
    nodes: nodes.map((node) => ({ ...node, title: shown(node.title), notes: node.notes.map(shown) })),
    edges: edges.map((edge) => (edge.label === undefined ? edge : { ...edge, label: shown(edge.label) })),
  };
}
