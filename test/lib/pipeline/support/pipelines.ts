/** Declarations to try pipeline texts on: they open nothing. */

import { choice, flag, list } from "../../../../src/lib/options/options.js";
import {
  type AnyDeclaration,
  command,
  sink,
  source,
  stage,
} from "../../../../src/lib/pipeline/contract/stage.js";
import type { Commands } from "../../../../src/lib/pipeline/read/build.js";

const texts = { summary: "x", details: "", examples: [] };
const never = () => {
  throw new Error("a reader of pipelines opens nothing");
};
const options = {
  set: list({ summary: "" }),
  to: choice({ summary: "", choices: ["json", "csv"] }),
  deep: flag({ summary: "" }),
};
const files = { name: "FILE", summary: "", isRepeated: true };
const stageParts = { ...texts, input: "events", isStateless: () => true, create: never } as const;

const declarations: readonly AnyDeclaration[] = [
  source({ ...texts, name: "ingest", operands: [files], options: {}, open: never }),
  stage({ ...stageParts, name: "change", operands: [files], options, ownOperands: 0 }),
  stage({
    ...stageParts,
    name: "pick",
    operands: [{ name: "WHAT", summary: "", isRequired: true }, files],
    options: {},
    ownOperands: 1,
  }),
  sink({
    ...texts,
    name: "sink",
    operands: [{ name: "STORE", summary: "" }],
    options,
    input: "checked",
    open: never,
  }),
  command({ ...texts, name: "query", operands: [], options: {}, run: never }),
];

/** ingest (source), change and pick (stages), sink (sink), query (command). */
export const commands: Commands = {
  names: declarations.map(({ name }) => name),
  load: async (name) => declarations.find((declaration) => declaration.name === name),
};
