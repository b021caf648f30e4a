// Enter here: `journal info`, `read`, `rename` and `remove`, which look after the journals of graphs.
import { formatDuration } from "../../lib/base/duration.js";
import { diskFiles } from "../../lib/base/files.js";
import { localPath } from "../../lib/base/local/path.js";
import { countOf, formatCount, formatSize } from "../../lib/base/size.js";
import { foundJournals } from "../../lib/journal/inspect/find.js";
import { type JournalLook, lookAtJournal } from "../../lib/journal/inspect/look.js";
import { choice } from "../../lib/options/options.js";
import { command } from "../../lib/pipeline/contract/stage.js";
import type { Output } from "../../lib/pipeline/contract/terminal.js";
import { rowsText } from "../../lib/terminal/table/rows.js";

export default command({
  name: "journal info",
  summary: "show what journals of a pipeline hold, and what waits for each sink",
  details: `Reads a journal's files and changes nothing; a pipeline may write them meanwhile. DIR is a journal, or a directory with several: the
\`directory\` of \`journal\` in the pipeline file, else one in \`$XDG_STATE_HOME/logpipe/journals\`.

\`waiting\` are events that are for a reader and that it has not stored; a reader is a sink, or, for a journal before stages that
remember, a node behind it. Places are written every 150 ms: what was stored since then still counts as waiting. \`dropped\` are events
that a reader lost because the journal was full, since it was made; they are written down as often.

The exit code is 1 when something is damaged or missing; it is told below the readers.`,
  operands: [
    { name: "DIR", isLocal: true, summary: "a journal, or a directory that holds several", isRequired: true },
  ],
  options: {
    to: choice({
      fromProject: "free",
      choices: ["text", "json"],
      default: "text",
      summary: "text for people; json: a line for each journal, sizes in bytes, times in RFC 3339",
    }),
  },
  examples: [
    { title: "What waits for whom?", command: "journal info ./web.journal" },
    {
      title: "Events that wait, by sink, for a script",
      command: "journal info ./web.journal --to json | jq '.readers[] | {name, waitingEvents}'",
    },
  ],
  async run({ operands: [given], options }, terminal) {
    const directory = localPath(terminal.cwd, given!, "DIR");
    let isSound = true;
    for (const journal of await foundJournals(diskFiles, directory)) {
      const look = await lookAtJournal(diskFiles, journal);
      isSound &&= look.problems.length === 0;
      const nowMs = terminal.nowMs();
      const text = options.to === "json" ? jsonText(look) : infoText(look, nowMs, terminal.stdout);
      await terminal.stdout.write(text);
    }
    return isSound ? 0 : 1;
  },
});

function jsonText(look: JournalLook): string {
  const { directory, header, version, isOpen, segments, readers, bytes, events, problems } = look;
  const value = {
    directory,
    id: header?.id,
    version,
    isOpen,
    isClosed: header?.isClosed === true,
    segments: segments.length,
    bytes,
    events,
    oldest: timeOf(segments[0]?.commits[0]?.observedMs),
    readers: readers.map(({ oldestMs, ...reader }) => ({ ...reader, oldest: timeOf(oldestMs) })),
    problems,
  };
  return `${JSON.stringify(value)}\n`;
}

function infoText(look: JournalLook, nowMs: number, output: Output): string {
  const { directory, header, version, isOpen, segments, readers, bytes, events, problems } = look;
  const state = isOpen
    ? "open: a process writes it"
    : header?.isClosed === true
      ? "closed"
      : "not closed: the run that wrote it was killed";
  const oldestMs = segments[0]?.commits[0]?.observedMs;
  const rows: [string, string][] = [
    ["version", String(version)],
    ["state", state],
    ["holds", `${countOf(events, "event")} in ${countOf(segments.length, "segment")} (${formatSize(bytes)})`],
    ...(oldestMs === undefined ? [] : [["oldest", ageText(oldestMs, nowMs)] satisfies [string, string]]),
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  const lines = rows.map(([label, text]) => `  ${label.padEnd(width)}  ${text}\n`);
  const table = rowsText(
    [
      { name: "reader", text: ({ name }) => name },
      { name: "place", isNumeric: true, text: ({ place }) => (place === undefined ? "lost" : String(place)) },
      { name: "waiting", isNumeric: true, text: ({ waitingEvents }) => formatCount(waitingEvents) },
      { name: "bytes", isNumeric: true, text: ({ waitingBytes }) => formatSize(waitingBytes) },
      { name: "oldest", text: ({ oldestMs: ms }) => (ms === undefined ? "-" : ageText(ms, nowMs)) },
      { name: "dropped", isNumeric: true, text: ({ droppedEvents }) => formatCount(droppedEvents) },
    ],
    readers,
    output,
  );
  const told = problems.map((text) => `  damaged: ${text}\n`).join("");
  return `journal ${directory}\n${lines.join("")}${readers.length === 0 ? "  no readers\n" : table}${told}`;
}

function ageText(ms: number, nowMs: number): string {
  return `${formatDuration(Math.max(0, Math.round((nowMs - ms) / 1000) * 1000))} ago`;
}

function timeOf(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}
