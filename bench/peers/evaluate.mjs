#!/usr/bin/env node
// One thread that evaluates an expression over NDJSON and prints how often it is true: `evaluate.mjs ours|cel-js EXPR <
// FILE`.
const [, , engine, text] = process.argv;
const matches = engine === "ours" ? await ours(text) : await celJs(text);
let rest = Buffer.alloc(0);
let count = 0;
for await (const chunk of process.stdin) {
  const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
  const end = bytes.lastIndexOf(0x0a) + 1;
  count += matches(bytes.subarray(0, end));
  rest = Buffer.from(bytes.subarray(end));
}
console.log(JSON.stringify({ count }));

async function ours(expression) {
  const { FieldSet, Projector } = await import("../../dist/lib/event/rows/rows.js");
  const { compileExpression } = await import("../../dist/lib/expression/expression.js");
  const fields = new FieldSet();
  const compiled = compileExpression(expression, fields, "EXPR");
  const projector = new Projector(fields);
  return (bytes) => {
    const { rows } = projector.apply(bytes);
    let found = 0;
    for (let row = 0; row < rows.count; row++) if (compiled.test(rows, row)) found++;
    return found;
  };
}

async function celJs(expression) {
  const { Environment } = await import("@marcbachmann/cel-js");
  const evaluate = new Environment({ unlistedVariablesAreDyn: true }).parse(expression);
  return (bytes) => {
    let found = 0;
    for (const line of bytes.toString().split("\n"))
      if (line !== "" && isTrue(evaluate, JSON.parse(line))) found++;
    return found;
  };
}

function isTrue(evaluate, event) {
  try {
    return evaluate(event) === true;
  } catch {
    return false;
  }
}
