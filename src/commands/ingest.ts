import { failure } from "../lib/base/errors/index.js";
import { choice, flag, size, text } from "../lib/options/options.js";
import { defaultCheckpoint } from "../lib/source/checkpoint.js";
import { type FollowOptions, openFollow } from "../lib/source/follow.js";
import { openInputs } from "../lib/source/open.js";
import { source } from "../lib/stage/stage.js";

export default source({
  name: "ingest",
  summary: "read lines from files and standard input, following files as they grow",
  details: `Reads the files in order, or standard input where none is named or \`-\` is. Files compressed with gzip or zstd are
decoded, whatever their names. Quoted patterns (\`'logs/**/*.log'\`) are expanded, sorted. A file that cannot be read is
named on standard error and the others are read; the exit code is then 1. Each line becomes an event with the path as
\`source\` (or the NAME of \`--source\`) and the line as \`raw\`.

With \`--follow\` files are read as they grow, until Ctrl-C: through rotation by rename and by copy and truncate, through
switched symbolic links, with files that come later and new files that match a pattern. A rotated file is read to its
end, late writes included; its compressed copy is not read again. An unfinished last line waits for its newline. Lines
written between the copy and the truncation of a copytruncate rotation are lost by the rotation itself.

A checkpoint remembers how far each file has become durable downstream, so that the next run goes on from there and
neither loses nor repeats a line, also when files were rotated in between. \`--follow\` keeps one in
\`$XDG_STATE_HOME/logpipe/checkpoints\`, named after the inputs; \`--checkpoint FILE\` names another, and works without
\`--follow\` too. One process at a time can use a checkpoint.`,
  operands: [{ name: "FILE", summary: "files, quoted patterns, or - for standard input", isRepeated: true }],
  options: {
    follow: flag({ short: "F", summary: "go on reading as the files grow, through rotation" }),
    source: text({ metavar: "NAME", summary: "the `source` of the events, instead of the path" }),
    checkpoint: text({ metavar: "FILE", summary: "remember there how far the files were read" }),
    from: choice({
      choices: ["start", "end"],
      default: "start",
      metavar: "WHERE",
      summary: "where files start that no checkpoint knows, with --follow: start or end",
    }),
    maxLineSize: size({
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
    { title: "Read only what is new since the last run", command: "ingest --checkpoint seen.json app.log" },
  ],
  async open({ operands, options }, terminal) {
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
