import { diskFiles } from "../../lib/base/files.js";
import { localPath } from "../../lib/base/local/path.js";
import { countOf } from "../../lib/base/size.js";
import { removeFromJournal } from "../../lib/journal/inspect/change.js";
import { command } from "../../lib/pipeline/contract/stage.js";

export default command({
  name: "journal remove",
  summary: "forget a sink of a journal, with what waits for it",
  details: `For a sink that a pipeline file does not have any more: its place is forgotten, and the events that wait for it alone go with the next
run. \`journal read DIR --reader READER\` prints them before. Refused while a process has the journal open.`,
  operands: [
    { name: "DIR", isLocal: true, summary: "a journal, or a directory that holds it", isRequired: true },
    { name: "READER", summary: "the sink's name in the journal", isRequired: true },
  ],
  options: {},
  examples: [{ title: "A sink is not wanted any more", command: "journal remove ./web.journal archive" }],
  async run({ operands: [given, reader] }, terminal) {
    const { directory, waitingEvents } = await removeFromJournal(
      {
        files: diskFiles,
        directory: localPath(terminal.cwd, given!, "DIR"),
        signal: terminal.signal,
        tell: (text) => terminal.warn(text),
      },
      reader!,
    );
    terminal.notice(
      `${reader} is no reader of the journal ${directory} any more; ${countOf(waitingEvents, "event")} waited for it`,
    );
    return 0;
  },
});
