import { failure } from "../../lib/base/errors/index.js";
import { diskFiles } from "../../lib/base/files.js";
import { localPath } from "../../lib/base/local/path.js";
import { journalOf, readerIn } from "../../lib/journal/inspect/find.js";
import { heldEvents } from "../../lib/journal/inspect/held-events.js";
import { choice, text } from "../../lib/options/options.js";
import { command } from "../../lib/pipeline/contract/stage.js";

export default command({
  name: "journal read",
  summary: "print the events that a journal holds, and leave them there",
  details: `Prints events as NDJSON, in the order they came, and moves no sink's place: the sinks get them all the same. A pipeline may write the
journal meanwhile: what it acknowledged before the start is printed, and what it delivers and removes before its turn is not.

With \`--reader\` what waits for one sink; \`--from oldest\` with it also what that sink has had and the journal still holds for others.
Of a journal before the stages (\`journal: raw\`) lines are printed as \`{"message": LINE}\`. Each block is held to its checksum: what the
disk has changed is left out and told, and the exit code is 1.`,
  operands: [
    { name: "DIR", isLocal: true, summary: "a journal, or a directory that holds it", isRequired: true },
  ],
  options: {
    reader: text({ fromProject: "free", metavar: "NAME", summary: "only what is for this sink" }),
    from: choice({
      fromProject: "free",
      choices: ["oldest", "place"],
      summary: "where to begin: the oldest event there is, or the place of the reader; default: its place",
    }),
  },
  examples: [
    { title: "What waits for a sink", command: "journal read ./web.journal --reader archive" },
    {
      title: "Store elsewhere what waits, before it is given up",
      command: "logpipe journal read ./web.journal --reader archive | logpipe sink ./rescued",
    },
    { title: "All that is there", command: "journal read ./web.journal --from oldest | head" },
  ],
  async run({ operands: [given], options: { reader, from } }, terminal) {
    if (from === "place" && reader === undefined)
      throw failure("usage.bad-value", {
        option: "--from",
        value: from,
        reason: "a journal has a place for each reader",
        hint: "name one with --reader",
      });
    const directory = localPath(terminal.cwd, given!, "DIR");
    const look = await journalOf(diskFiles, directory, reader);
    const own = reader === undefined ? undefined : readerIn([look], directory, reader);
    const begin = own === undefined || from === "oldest" ? 0 : Math.max(own.place ?? 0, own.from);
    for (const problem of look.problems) terminal.complain(problem);
    const wanted = { reader, from: begin };
    for await (const bytes of heldEvents(diskFiles, look, wanted, (what) => terminal.complain(what)))
      if (!(await terminal.stdout.write(bytes))) break;
    return 0;
  },
});
