// Enter here: where the events of a pipeline come from: files, standard input, tables, programs.
import { join } from "node:path";
import { failure } from "../../lib/base/errors/index.js";
import { diskFiles } from "../../lib/base/files.js";
import { DEFAULT_STORE, givenStore, localName, localPath } from "../../lib/base/local/path.js";
import { storeOptions } from "../../lib/options/common.js";
import { choice, flag, integer, path, size, text } from "../../lib/options/options.js";
import type { Host } from "../../lib/pipeline/contract/host.js";
import type { Source } from "../../lib/pipeline/contract/source.js";
import { type SourceContext, source } from "../../lib/pipeline/contract/stage.js";
import { hiddenCheckpoint } from "../../lib/sources/checkpoint/hidden-checkpoint.js";
import { PositionCheckpoint } from "../../lib/sources/checkpoint/position-checkpoint.js";
import { openInputs } from "../../lib/sources/files/open.js";
import { type FollowOptions, openFollow } from "../../lib/sources/follow/follow.js";

export default source({
  name: "ingest",
  summary: "read lines from files and standard input, following files as they grow",
  details: `Reads the files in order, or standard input without one, or for \`-\`. Files compressed with gzip or zstd are
decoded, whatever their names, and UTF-16 and UTF-32 are read as text. Archives, other compressions and binary files are
refused by name: their bytes are no lines. Quoted patterns (\`'logs/**/*.log'\`) are expanded, sorted. A file that cannot be read is
named on standard error and the others are read; the exit code is then 1. Each line becomes an event with the path as
\`source\` (or the NAME of \`--source\`) and the line as \`raw\`.

With \`--follow\` files are read as they grow, until Ctrl-C: through rotation by rename and by copy and truncate, through
switched symbolic links, with files that come later and new files that match a pattern. A rotated file is read to its
end, late writes included; its compressed copy is not read again. An unfinished last line waits for its newline. Lines
written between the copy and the truncation of a copytruncate rotation are lost by the rotation itself.

\`--from end\` passes over what is there already, \`--tail N\` all but the last N lines of each file; both without \`--follow\` too.

\`--checkpoint FILE\` remembers how far each file has become durable downstream, so that the next run goes on from there and
neither loses nor repeats a line, also when files were rotated in between; with \`--follow\` or without. A pipeline of \`run\`
that follows files into a store, a file of \`sink --to file --append\` or a journal keeps one in any case, in \`$XDG_STATE_HOME/logpipe/checkpoints\`,
named after the inputs and the table or file, in a graph after the pipeline's file and the node; what is printed is only looked at, and starts over each time. Where a checkpoint says already where to go on, \`--from\`
and \`--tail\` are refused; \`--from resume-or-end\` goes on from it, and begins at the end where there is none. Where the pipeline ends in a store,
its table decides: one that was restored from a backup, or is another one, gets what it lacks, as far as the disk still has it. One process at a
time can use a checkpoint. docs/following.md says what is read once, and what no reader can know.

With \`--table NAME\` it reads a table of a store in place of files: the events, as \`query\` writes them, first those that the table has, in
order of time, then, with \`--follow\`, what is added, as it was stored. Events are seen once their writer has made Parquet of them (\`--flush-interval\` of
\`sink\`), each one once, whatever is compacted or moved meanwhile; checkpoints work as with files. With \`--live\`, too, they come within 100 ms of
being durable in the table's write-ahead log, in the bytes that the log has.`,
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
    live: flag({
      fromProject: "free",
      summary: "with --table --follow: give events as soon as they are acknowledged",
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
      choices: ["start", "end", "resume-or-end"],
      metavar: "WHERE",
      summary:
        "where to begin with what is there: start, end, or resume-or-end; default: the checkpoint, else start",
    }),
    tail: integer({ fromProject: "free", metavar: "N", summary: "begin with the last N lines of each file" }),
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
    { title: "Watch a log, from its last ten lines on", command: "ingest --follow --tail 10 app.log" },
    { title: "Read rotated logs, oldest first", command: "ingest access.log.2.gz access.log.1 access.log" },
    {
      title: "Count the events of a table by minute, into another table, as they come",
      command:
        "run 'ingest --table logs --follow | window 1m --by level --agg count --timestamp | sink --table rates'",
    },
    { title: "Read only what is new since the last run", command: "ingest --checkpoint seen.json app.log" },
  ],
  readsInput: ({ operands, options: { table } }) => table === undefined && operands.length === 0,
  labelOf: ({ operands: [first], options: { table, source } }) =>
    table === undefined ? (source ?? (first === "-" ? undefined : first)) : undefined,
  isReplayable: ({ operands, options: { table, follow, checkpoint } }) =>
    checkpoint !== undefined || (follow && (table !== undefined || operands.length > 0)),
  inputsOf: ({ operands, options: { table, store, follow } }) => {
    if (table === undefined) return { files: operands, isFollowed: follow };
    const tableIn = ({ cwd, env }: Pick<Host, "cwd" | "env">) =>
      join(localPath(cwd, givenStore(store, env) ?? DEFAULT_STORE, "the store"), table);
    return { files: [], tableIn, isFollowed: follow };
  },
  unused: ({ options: { table, follow } }) => [
    ...(table !== undefined && !follow
      ? [
          {
            options: ["live"],
            by: "ingest --table without --follow",
            hint: "--follow goes on with what is added",
          },
        ]
      : []),
    ...(table === undefined
      ? [{ options: ["store", "live"], by: "ingest of files", hint: "--table NAME reads a table of a store" }]
      : [{ options: ["source", "maxLineSize", "tail"], by: "ingest --table" }]),
  ],
  async open({ operands, options }, host, context) {
    for (const path of operands) localName(path, "FILE");
    refuseTogether(options);
    if (options.table !== undefined) return openTable(options.table, operands, options, host, context);
    const { follow: isFollowing, tail } = options;
    const shared = {
      label: options.source === undefined ? ("path" as const) : { name: options.source },
      maxLineBytes: options.maxLineSize,
    };
    if (operands.length === 0 && options.checkpoint !== undefined) {
      throw failure("usage.missing-operand", { command: "ingest --checkpoint", operand: "a FILE" });
    }
    if (operands.length === 0 || (!isFollowing && options.checkpoint === undefined)) {
      const isFromEnd = operands.length > 0 && beginningOf(options.from) === "end";
      const lastLines = isFromEnd ? 0 : tail;
      return openInputs(operands, { ...shared, lastLines }, host, "ingest");
    }
    const following: FollowOptions = {
      ...shared,
      isFollowing,
      checkpoint: await checkpointOf(operands, options, host, context),
      from: tail ?? beginningOf(options.from),
      fromOption: placeOption(options),
      table: context.table,
    };
    return openFollow(operands, following, host);
  },
});

interface PlaceOptions {
  readonly follow: boolean;
  readonly checkpoint?: string | undefined;
  readonly from?: "start" | "end" | "resume-or-end" | undefined;
  readonly tail?: number | undefined;
}

interface TableOptions extends PlaceOptions {
  readonly live: boolean;
  readonly store?: string | undefined;
  readonly source?: string | undefined;
}

/** Only what is stored needs to be known by the next run: what is looked at is looked at again. */
async function checkpointOf(
  inputs: readonly string[],
  { checkpoint, follow }: PlaceOptions,
  host: Host,
  context: SourceContext,
): Promise<string | undefined> {
  if (checkpoint !== undefined) return checkpoint;
  return follow && context.table !== undefined ? hiddenCheckpoint(inputs, context, host) : undefined;
}

function beginningOf(from: PlaceOptions["from"]): "start" | "end" {
  return from === "end" || from === "resume-or-end" ? "end" : "start";
}

/** The option that asks for another place than a checkpoint may say. */
function placeOption({ from, tail }: PlaceOptions): string | undefined {
  if (tail !== undefined) return `--tail ${tail}`;
  return from === undefined || from === "resume-or-end" ? undefined : `--from ${from}`;
}

function refuseTogether({ from, tail }: PlaceOptions): void {
  if (from === undefined || tail === undefined) return;
  const reason = `--from ${from} says already where to begin`;
  throw failure("usage.bad-value", { option: "--tail", value: `${tail}`, reason });
}

/** Loaded only here: files are read without any of it. */
async function openTable(
  name: string,
  operands: readonly string[],
  options: TableOptions,
  host: Host,
  context: SourceContext,
): Promise<Source> {
  refuseBesideTable(name, operands, options);
  const { namedTables, storePath } = await import("../../lib/store/inspect/tables.js");
  const { TableSource } = await import("../../lib/sources/table/table-source.js");
  const [table] = await namedTables(diskFiles, storePath(options.store, host), [name]);
  const { directory: tableDirectory } = table!;
  const { follow: isFollowing } = options;
  const given = await checkpointOf([tableDirectory], options, host, context);
  const checkpoint = given && localPath(host.cwd, given, "--checkpoint");
  const kept = checkpoint === undefined ? undefined : await keptAt(checkpoint, tableDirectory, options, host);
  return new TableSource({
    tableDirectory,
    name,
    isFollowing,
    isLive: options.live,
    onWarning: (text) => host.log("warn", `table ${name}: ${text}`),
    from: beginningOf(options.from),
    kept,
    checkpoint,
    onBehind: () =>
      host.log(
        "info",
        `what is fed has less of table ${name} than the checkpoint ${options.checkpoint ?? checkpoint} says was stored, as a table that was restored from a backup or recreated: reading again what it lacks`,
      ),
  });
}

async function keptAt(
  checkpoint: string,
  directory: string,
  options: PlaceOptions,
  host: Host,
): Promise<PositionCheckpoint> {
  const kept = await PositionCheckpoint.open(
    checkpoint,
    directory,
    (text) => host.log("info", text),
    host.signal,
  );
  try {
    const option = placeOption(options);
    if (option !== undefined) kept.refuse(option);
    return kept;
  } catch (error) {
    await kept.close();
    throw error;
  }
}

function refuseBesideTable(table: string, operands: readonly string[], options: TableOptions): void {
  const given = [
    ...operands,
    ...(options.source === undefined ? [] : [`--source ${options.source}`]),
    ...(options.tail === undefined ? [] : [`--tail ${options.tail}`]),
  ];
  if (given[0] === undefined) return;
  const reason = `"${given[0]}" is about files, and the events of a table come as they are`;
  throw failure("usage.bad-value", { option: "--table", value: table, reason });
}
