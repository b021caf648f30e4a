/** Pipeline files with faults of every kind, several in each: what is wrong with each stands in hostile-files.txt. */
const S = "sources:\n  app: { ingest: a.log }\n";
export const HOSTILE_FILES: Readonly<Record<string, string>> = {
  "a way round":
    S +
    "stages:\n  a: { from: [app, b], stages: [parse] }\n  b: { from: a, stages: [parse] }\nsinks:\n  o: { from: b }\n",
  "a node that reads itself": `${S}stages:\n  a: { from: [app, a], stages: [parse] }\nsinks:\n  o: { from: a }\n`,
  "an unknown node": `${S}sinks:\n  o: { from: ap }\n`,
  "an unknown output of a route":
    S +
    "routes:\n  r: { from: app, to: { bad: 'a == 1', rest: otherwise } }\nsinks:\n  o: { from: r.bda }\n  p: { from: r.rest, sink: ./s }\n",
  "an output of what is no route": `${S}sinks:\n  o: { from: app.x }\n`,
  "a node that nothing reads": `${S}  lost: { ingest: b.log }\nsinks:\n  o: { from: app }\n`,
  "a sink that nothing feeds": `${S}sinks:\n  o: { from: app }\n  p: { sink: ./s }\n`,
  "two nodes of one name in two sections": `${S}stages:\n  app: { from: app, stages: [parse] }\nsinks:\n  o: { from: app }\n`,
  "two nodes of one name in one section": `${S}  app: { ingest: b.log }\nsinks:\n  o: { from: app }\n`,
  "a section twice": `${S}sources:\n  b: { ingest: b.log }\nsinks:\n  o: { from: [app, b], requird: together }\n`,
  "an option twice": `${S}sinks:\n  o: { from: app, sink: { store: ./a, store: ./b, tabel: x } }\n`,
  "a sink as a source": `${S}sinks:\n  o: { from: app }\n  p: { from: o, sink: ./s }\n`,
  "an empty from": `${S}sinks:\n  o: { from: }\n  p: { from: [], sink: ./s }\n  q: { from: '', sink: ./t }\n`,
  "a from of a wrong type": `${S}sinks:\n  o: { from: { app: 1 } }\n  p: { from: [[app]], sink: ./s }\n`,
  "one node twice in from": `${S}sinks:\n  o: { from: [app, app] }\n`,
  "sections of wrong types": "sources: [ingest]\nstages: x\nroutes: 5\nsinks: [sink]\n",
  "nodes of wrong types":
    "sources:\n  a: [ingest]\n  b: 5\nstages:\n  c: [parse]\n  d: parse\nroutes:\n  e: x\nsinks:\n  f: ./store\n",
  "an alias of nothing": `${S}sinks:\n  o: { from: *here }\n  p: { from: app, sink: *there }\n`,
  "an alias into itself": `${S}stages: &a\n  x: { from: app, stages: *a }\nsinks:\n  o: { from: x }\n`,
  "an anchor with faults, used twice":
    S +
    "stages:\n  x: { from: app, stages: &l [{ parse: { frmat: json } }] }\n  y: { from: app, stages: *l }\nsinks:\n  o: { from: [x, y] }\n",
  "a tab": "sources:\n\tapp: { ingest: a.log }\nsinks:\n  o: { from: app }\n",
  "names that are no texts":
    "sources:\n  1: { ingest: a.log }\n  true: { ingest: b.log }\n  ? [a]\n  : { ingest: c.log }\n  ~: { ingest: d.log }\nsinks:\n  o: { from: [1, true] }\n",
  "names that cannot be":
    "sources:\n  a.b: { ingest: a.log }\n  journal: { ingest: b.log }\n  'a b': { ingest: b.log }\nsinks:\n  o: { from: app }\n",
  "a file of Vector":
    "sources:\n  app:\n    type: file\n    include: [/var/log/*.log]\ntransforms:\n  p:\n    type: remap\n    inputs: [app]\n    source: '.x = 1'\nsinks:\n  out:\n    type: console\n    inputs: [p]\n    encoding: { codec: json }\n",
  "a file of Fluent Bit":
    "service: { flush: 1 }\npipeline:\n  inputs:\n    - name: tail\n      path: /var/log/a.log\n  filters:\n    - name: grep\n      match: '*'\n  outputs:\n    - name: stdout\n      match: '*'\n",
  "a file of the OpenTelemetry Collector":
    "receivers:\n  filelog: { include: [/var/log/a.log] }\nprocessors:\n  batch:\nexporters:\n  debug:\nservice:\n  pipelines:\n    logs: { receivers: [filelog], processors: [batch], exporters: [debug] }\n",
  "words of others in nodes":
    "sources:\n  app: { filelog: { include: [a] } }\nstages:\n  a: { inputs: [app], type: filter, condition: '.x == 1' }\nroutes:\n  r: { input: a, route: { x: 'a == 1' } }\nsinks:\n  o: { match: r.x, name: stdout }\n",
  "match and filter at the top": `${S}filter:\n  x: { from: app, stages: [parse] }\nmatch:\n  y: 1\nsinks:\n  o: { from: x }\n`,
  "an include that is not there":
    "include: [nope.yaml, nada.yaml]\nsources:\n  app: { ingst: a.log }\nsinks:\n  o: { from: app, sink: { tabel: x } }\n",
  "an include that includes it":
    "include: h.yaml\nsources:\n  app: { ingst: a.log }\nsinks:\n  o: { from: app }\n",
  "an empty include": `${S}include: ['', { a: b }]\nsinks:\n  o: { from: app, requird: x }\n`,
  "variables that are not set":
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what stands in the file
    "sources:\n  app: { ingest: { file: '${NOPE}', checkpoint: '${NOR}' } }\nsinks:\n  o: { from: app, output: '${file:none.txt}' }\n",
  "variables that are not written right":
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what stands in the file
    "sources:\n  app: { ingest: '${NOPE' }\nsinks:\n  o: { from: app, output: '${1x}' }\n",
  "three mistakes in one stage":
    S +
    "stages:\n  a: { from: app, stages: [{ window: { siez: 1m, every: fast, agg: 'cont' } }] }\nsinks:\n  o: { from: a }\n",
  "three mistakes in one sink": `${S}sinks:\n  o: { from: app, requird: x, on-full: drop, sink: { tabel: y } }\n`,
  "a stage unknown, an option, an expression":
    S +
    "stages:\n  a: { from: app, stages: [prase, { parse: { frmat: json } }, { filter: 'a = 1' }] }\nsinks:\n  o: { from: a }\n",
  "a list of stages used that is not there":
    S +
    "define:\n  clean: [parse]\nstages:\n  a: { from: app, stages: [{ use: [claen, cleen] }] }\nsinks:\n  o: { from: a }\n",
  "lists of stages in a circle":
    S +
    "define:\n  a: [{ use: b }]\n  b: [{ use: a }]\nstages:\n  x: { from: app, stages: a }\nsinks:\n  o: { from: x }\n",
  "a list with the name of a stage":
    S +
    "define:\n  parse: [redact]\n  use: [parse]\nstages:\n  x: { from: app, stages: [parse] }\nsinks:\n  o: { from: x }\n",
  "a sink among stages": `${S}stages:\n  x: { from: app, stages: [parse, sink, ingest, query] }\nsinks:\n  o: { from: x }\n`,
  "a stage as a sink": `${S}sinks:\n  o: { from: app, parse: {} }\n  p: { from: app, ingest: x }\n`,
  "stages indented wrongly":
    S +
    "stages:\n  x:\n    from: app\n    stages:\n      - parse:\n        format: json\n      - filter: 'a = 1'\nsinks:\n  o: { from: x }\n",
  "conditions of wrong types":
    S +
    "routes:\n  r: { from: app, to: { a: , b: [x], c: { d: e }, d: 'x >' } }\nsinks:\n  o: { from: [r.a, r.b, r.c, r.d] }\n",
  "a route without outputs": `${S}routes:\n  r: { from: app, to: {} }\n  q: { from: app }\nsinks:\n  o: { from: [r, q] }\n`,
  "two sinks into one table":
    S +
    "sinks:\n  o: { from: app, sink: { store: ./s } }\n  p: { from: app, sink: { store: s } }\n  q: { from: app, output: x }\n  r: { from: app, output: ./x }\n",
  "two sources on standard input": "sources:\n  a: {}\n  b: {}\nsinks:\n  o: { from: [a, b] }\n",
  "a journal with faults": `${S}journal: { mod: none, limit: big, mode: maybe }\nsinks:\n  o: { from: app }\n`,
  "settings with faults": `${S}workers: many\nstrict: perhaps\nwrokers: 2\nsinks:\n  o: { from: app }\n`,
  "nothing but sources": S,
  "a list with three mistakes":
    "- ingest: { fil: a.log }\n- prase\n- parse: { frmat: json }\n- filter: 'a = 1'\n- sink: { tabel: x }\n",
  "a list with settings that are wrong": "wrokers: 2\nstrict: maybe\nstages:\n  - prase\n  - filter: 'a ='\n",
  "broken YAML": "sources: { a: { ingest: x }\nsinks:\n  o: { from: a }\n",
};
