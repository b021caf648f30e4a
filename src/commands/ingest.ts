import { failure } from "../lib/base/errors/index.js";
import { diskFiles } from "../lib/base/files.js";
import { localName, localPath } from "../lib/base/local/path.js";
import { storeOptions } from "../lib/options/common.js";
import { choice, flag, path, size, text } from "../lib/options/options.js";
import { defaultCheckpoint } from "../lib/source/checkpoint.js";
import { type FollowOptions, openFollow } from "../lib/source/follow.js";
import { KeptPositions } from "../lib/source/kept-positions.js";
import { openInputs } from "../lib/source/open.js";
import type { Source } from "../lib/stage/source.js";
import { source } from "../lib/stage/stage.js";
import type { Terminal } from "../lib/stage/terminal.js";

export default source({
  name: "ingest",
  summary: "read lines from files and standard input, following files as they grow",
  details: `Reads the files in order, or standard input where none is named or \`-\` is. Files compressed with gzip or zstd are
decoded, whatever their names, and UTF-16 and UTF-32 are read as text. Archives, other compressions and binary files are
refused by name: their bytes are no lines. Quoted patterns (\`'logs/**/*.log'\`) are expanded, sorted. A file that cannot be read is
named on standard error and the others are read; the exit code is then 1. Each line becomes an event with the path as
\`source\` (or the NAME of \`--source\`) and the line as \`raw\`.

With \`--follow\` files are read as they grow, until Ctrl-C: through rotation by rename and by copy and truncate, through
switched symbolic links, with files that come later and new files that match a pattern. A rotated file is read to its
end, late writes included; its compressed copy is not read again. An unfinished last line waits for its newline. Lines
written between the copy and the truncation of a copytruncate rotation are lost by the rotation itself.

A checkpoint remembers how far each file has become durable downstream, so that the next run goes on from there and
neither loses nor repeats a line, also when files were rotated in between. \`--follow\` keeps one in
\`$XDG_STATE_HOME/logpipe/checkpoints\`, named after the inputs; \`--checkpoint FILE\` names another, and works without
\`--follow\` too. One process at a time can use a checkpoint.

With \`--table NAME\` it reads a table of a store in place of files: the events, as \`query\` writes them, first those that the table has, in
order of time, then, with \`--follow\`, what is added, as it was stored. Events are seen once their writer has made Parquet of them (\`--flush-interval\` of
\`sink\`), each one once, whatever is compacted or moved meanwhile; checkpoints work as with files.`,
  operands: [
    {
      name: "FILE",
      isLocal: true,
      summary: "files, quoted patterns, or - for standard input",
      isRepeated: true,
    },
  ],
  options: {
    table: text({
      fromProject: "consent",
      metavar: "NAME",
      summary: "read this table of a store in place of files",
    }),
    ...storeOptions,
    follow: flag({
      fromProject: "free",
      short: "F",
      summary: "go on reading as the files grow, through rotation",
    }),
    source: text({
      fromProject: "free",
      metavar: "NAME",
      summary: "the `source` of the events, instead of the path",
    }),
    checkpoint: path({
      fromProject: "consent",
      metavar: "FILE",
      summary: "remember there how far the files were read",
    }),
    from: choice({
      fromProject: "consent",
      choices: ["start", "end"],
      default: "start",
      metavar: "WHERE",
      summary: "where files or a table start that no checkpoint knows, with --follow: start or end",
    }),
    maxLineSize: size({
      fromProject: "free",
      metavar: "SIZE",
      default: 64 * 1024 * 1024,
      summary: "set lines aside that are longer than this",
      advanced: true,
    }),
  },
  examples: [
    {
      title: "Read standard input under a name",
      command: "ingest --source web",
      stdin: "GET /\nGET /about\n",
      stdout: '{"source":"web","raw":"GET /"}\n{"source":"web","raw":"GET /about"}\n',
    },
    {
      title: "Follow every log of a service through rotation",
      command: "ingest --follow '/var/log/nginx/*.log'",
    },
    { title: "Read rotated logs, oldest first", command: "ingest access.log.2.gz access.log.1 access.log" },
    {
      title: "Count the events of a table by minute, into another table, as they come",
      command:
        "run 'ingest --table logs --follow | window 1m --by level --agg count --timestamp | sink --table rates'",
    },
    { title: "Read only what is new since the last run", command: "ingest --checkpoint seen.json app.log" },
  ],
  unused: ({ options: { table, follow, checkpoint } }) => [
    ...(table === undefined
      ? [{ options: ["store"], by: "ingest of files", hint: "--table NAME reads a table of a store" }]
      : [{ options: ["source", "maxLineSize"], by: "ingest --table" }]),
    ...(follow || checkpoint !== undefined
      ? []
      : [
          {
            options: ["from"],
            by: "ingest without --follow",
            hint: "--follow --from end begins with what comes",
          },
        ]),
  ],
  async open({ operands, options }, terminal) {
    for (const path of operands) localName(path, "FILE");
    if (options.table !== undefined) return openTable(options.table, operands, options, terminal);
    const shared = {
      label: options.source === undefined ? ("path" as const) : { name: options.source },
      maxLineBytes: options.maxLineSize,
    };
    const { follow: isFollowing } = options;
    if (operands.length === 0 && options.checkpoint !== undefined) {
      throw failure("usage.missing-operand", { command: "ingest --checkpoint", operand: "a FILE" });
    }
    if (operands.length === 0 || (!isFollowing && options.checkpoint === undefined)) {
      return openInputs(operands, shared, terminal, "ingest");
    }
    const checkpoint = options.checkpoint ?? defaultCheckpoint(operands, terminal);
    const following: FollowOptions = { ...shared, isFollowing, checkpoint, from: options.from };
    return openFollow(operands, following, terminal);
  },
});

interface TableOptions {
  readonly store?: string | undefined;
  readonly follow: boolean;
  readonly source?: string | undefined;
  readonly checkpoint?: string | undefined;
  readonly from: "start" | "end";
}

/** Loaded only here: files are read without any of it. */
async function openTable(
  name: string,
  operands: readonly string[],
  options: TableOptions,
  terminal: Terminal,
): Promise<Source> {
  refuseBesideTable(name, operands, options);
  const { namedTables, storePath } = await import("../lib/table/inspect/tables.js");
  const { TableSource } = await import("../lib/query/stream/table-source.js");
  const [table] = await namedTables(diskFiles, storePath(options.store, terminal), [name]);
  const { directory: tableDirectory } = table!;
  const { follow: isFollowing, from } = options;
  const given = options.checkpoint && localPath(terminal.cwd, options.checkpoint, "--checkpoint");
  const checkpoint = given ?? (isFollowing ? defaultCheckpoint([tableDirectory], terminal) : undefined);
  const kept = checkpoint === undefined ? undefined : await KeptPositions.open(checkpoint, tableDirectory);
  return new TableSource({ tableDirectory, name, isFollowing, from, kept, checkpoint });
}

function refuseBesideTable(table: string, operands: readonly string[], options: TableOptions): void {
  const [given] = [...operands, ...(options.source === undefined ? [] : [`--source ${options.source}`])];
  if (given === undefined) return;
  const reason = `"${given}" is about files, and the events of a table come as they are`;
  throw failure("usage.bad-value", { option: "--table", value: table, reason });
}
