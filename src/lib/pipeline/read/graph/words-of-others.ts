/** What Vector and Fluent Bit call sources, sinks and what stands in them. */
export const STEPS_OF_OTHERS: Readonly<Record<"source" | "sink", Readonly<Record<string, string>>>> = {
  source: {
    type: "the name of the source is the key itself: NAME: { ingest: { file: access.log, follow: true } }",
    stdin: "a source with nothing in it reads standard input: NAME: {}",
    file: "write NAME: { ingest: { file: access.log, follow: true } }",
    files: "write NAME: { ingest: { file: access.log, follow: true } }",
    tail: "write NAME: { ingest: { file: access.log, follow: true } }",
    include: "write NAME: { ingest: { file: access.log, follow: true } }",
    inputs: "a source reads from no other node; other nodes say so in from",
  },
  sink: {
    type: "the name of the sink is the key itself: NAME: { from: NAME, sink: ./store }",
    inputs: "here it is called from: NAME: { from: NAME, sink: ./store }",
    stdout: "a sink with from alone is standard output: NAME: { from: NAME }",
    console: "a sink with from alone is standard output: NAME: { from: NAME }",
    file: "write NAME: { from: NAME, output: FILE }, or with sink: { to: file, output: FILE, append: true }",
    files: "write NAME: { from: NAME, output: FILE }, or with sink: { to: file, output: FILE, append: true }",
  },
};
