#!/usr/bin/env node
// Opens the tables of a store for one query as `logpipe query` does (log, plan, files, view) and prints the
// milliseconds and the files left: plan-once.mjs STORE SQL
import { join } from "node:path";
import { root } from "../lib/paths.mjs";

const ours = (path) => import(join(root, "dist/lib", path));
const { openSession } = await ours("query/session.js");
const { openStoreTables } = await ours("query/tables/store-tables.js");
const [store, sql] = process.argv.slice(2);
const session = await openSession();
const start = performance.now();
const tables = await openStoreTables(session, store, sql, {}, []);
const milliseconds = performance.now() - start;
const [use] = tables.uses;
process.stdout.write(
  `${JSON.stringify({ milliseconds, files: use.files, left: use.pruned.files.length })}\n`,
);
await tables.close();
session.close();
