/** What Vector, Fluent Bit, the OpenTelemetry Collector and Logstash call the parts of a pipeline. */

const AS_SOURCE = "write NAME: { ingest: { file: access.log, follow: true } }";
const AS_FILE =
  "write NAME: { from: NAME, output: FILE }, or with sink: { to: file, output: FILE, append: true }";
const AS_OUTPUT = "a sink with from alone is standard output: NAME: { from: NAME }";

/** By lower case. */
export const STEPS_OF_OTHERS: Readonly<Record<"source" | "sink", Readonly<Record<string, string>>>> = {
  source: {
    type: "the name of the source is the key itself: NAME: { ingest: { file: access.log, follow: true } }",
    name: "the name of the source is the key itself: NAME: { ingest: { file: access.log, follow: true } }",
    stdin: "a source with nothing in it reads standard input: NAME: {}",
    file: AS_SOURCE,
    files: AS_SOURCE,
    filelog: AS_SOURCE,
    tail: AS_SOURCE,
    path: AS_SOURCE,
    include: AS_SOURCE,
    inputs: "a source reads from no other node; other nodes say so in from",
    from: "a source reads from no other node; other nodes say so in from",
  },
  sink: {
    type: "the name of the sink is the key itself: NAME: { from: NAME, sink: ./store }",
    name: "the name of the sink is the key itself: NAME: { from: NAME, sink: ./store }",
    inputs: "here it is called from: NAME: { from: NAME, sink: ./store }",
    stdout: AS_OUTPUT,
    console: AS_OUTPUT,
    debug: AS_OUTPUT,
    file: AS_FILE,
    files: AS_FILE,
    path: AS_FILE,
  },
};

/** Properties of nodes, by lower case: what they are called here. */
export const PROPERTIES_OF_OTHERS: Readonly<
  Record<string, { readonly is: string; readonly hint: string } | undefined>
> = {
  inputs: { is: "from", hint: "here it is called from: NAME, or from: [NAME, ROUTE.OUTPUT]" },
  input: { is: "from", hint: "here it is called from: NAME, or from: [NAME, ROUTE.OUTPUT]" },
  match: { is: "from", hint: "here it is called from: NAME, and a route sorts events by conditions" },
  route: {
    is: "to",
    hint: "the outputs of a route stand in to: { errors: 'level == \"error\"', rest: otherwise }",
  },
  routes: {
    is: "to",
    hint: "the outputs of a route stand in to: { errors: 'level == \"error\"', rest: otherwise }",
  },
  type: { is: "stages", hint: "what is done stands in a list: stages: [parse, { filter: 'status >= 400' }]" },
  condition: { is: "stages", hint: "write stages: [{ filter: 'status >= 400' }]" },
  processors: { is: "stages", hint: "here they are called stages: [parse, redact]" },
};

/** Sections, by lower case: what they are called here. */
export const SECTIONS_OF_OTHERS: Readonly<
  Record<string, { readonly is?: "sources" | "stages" | "sinks"; readonly hint: string } | undefined>
> = {
  input: { is: "sources", hint: "here they are called sources" },
  inputs: { is: "sources", hint: "here they are called sources" },
  receivers: { is: "sources", hint: "here they are called sources" },
  transforms: { is: "stages", hint: "here they are called stages" },
  transform: { is: "stages", hint: "here they are called stages" },
  processors: { is: "stages", hint: "here they are called stages" },
  filter: { is: "stages", hint: "here they are called stages: NAME: { from: NAME, stages: [...] }" },
  filters: { is: "stages", hint: "here they are called stages: NAME: { from: NAME, stages: [...] }" },
  output: { is: "sinks", hint: "here they are called sinks" },
  outputs: { is: "sinks", hint: "here they are called sinks" },
  exporters: { is: "sinks", hint: "here they are called sinks" },
  pipeline: { hint: "here sources, stages and sinks stand at the top, each part with a name of its own" },
  service: { hint: "nodes are joined by their names: every one says in from what it reads" },
  pipelines: { hint: "nodes are joined by their names: every one says in from what it reads" },
  connectors: { hint: "nodes are joined by their names: every one says in from what it reads" },
  match: { hint: "nodes are joined by their names: every one says in from what it reads" },
  parsers: { hint: "parse is told a format of its own: stages: [{ parse: { pattern: ... } }]" },
  includes: { hint: "here it is called include: a file, a pattern, or a list of them" },
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what stands in the file
  env: { hint: "variables of the environment are written where they are used: ${NAME}, ${NAME:-DEFAULT}" },
};
