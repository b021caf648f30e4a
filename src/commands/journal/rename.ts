import { diskFiles } from "../../lib/base/files.js";
import { localPath } from "../../lib/base/local/path.js";
import { countOf } from "../../lib/base/size.js";
import { renameInJournal } from "../../lib/journal/inspect/change.js";
import { command } from "../../lib/pipeline/contract/stage.js";

export default command({
  name: "journal rename",
  summary: "give a sink of a journal another name, with what waits for it",
  details: `For a sink that has another name in the pipeline file now: what waits for OLD waits for NEW, and the next run delivers it. Refused
while a process has the journal open, and where NEW has a place there already. Safe to kill: the next run, or the same command, ends
what was begun.

A run that was killed may have stored a little more than is written down, up to 150 ms of events, or a segment of a table: under its
new name the sink gets that once more. A run that ended by itself, or by Ctrl-C, leaves nothing of that kind.`,
  operands: [
    { name: "DIR", isLocal: true, summary: "a journal, or a directory that holds it", isRequired: true },
    { name: "OLD", summary: "the sink's name in the journal", isRequired: true },
    { name: "NEW", summary: "its name in the pipeline file", isRequired: true },
  ],
  options: {},
  examples: [
    { title: "A sink is called events now", command: "journal rename ./web.journal archive events" },
  ],
  async run({ operands: [given, from, to] }, terminal) {
    const { directory, waitingEvents, isClosed } = await renameInJournal(
      {
        files: diskFiles,
        directory: localPath(terminal.cwd, given!, "DIR"),
        signal: terminal.signal,
        tell: (text) => terminal.warn(text),
      },
      { from: from!, to: to! },
    );
    if (!isClosed)
      terminal.warn(
        `the run that wrote the journal was killed: what ${from} stored in its last moments may come to ${to} once more`,
      );
    terminal.notice(
      `${from} is ${to} in the journal ${directory}, with ${countOf(waitingEvents, "event")} that ${waitingEvents === 1 ? "waits" : "wait"} for it`,
    );
    return 0;
  },
});
