import { failure } from "../../lib/base/errors/index.js";
import { duration } from "../../lib/options/options.js";
import { timeField } from "../../lib/options/stream.js";
import type { Source } from "../../lib/pipeline/contract/source.js";
import { source } from "../../lib/pipeline/contract/stage.js";
import { openFiles } from "../../lib/sources/files/files.js";
import { expandPaths } from "../../lib/sources/files/open.js";
import { FilePool } from "../../lib/sources/files/pooled.js";
import { MergeInput } from "../../lib/sources/merge/merge-input.js";
import { Merger } from "../../lib/sources/merge/merger.js";
import { mergedText } from "../../lib/stages/parse/unparsed/left-lines.js";
import { ParsedSource } from "../../lib/stages/parse/unparsed/parsed-source.js";

/** Bytes of blocks of all inputs together. */
const BLOCKS_BYTES = 32 << 20;

export default source({
  name: "merge",
  summary: "read several inputs of events, each in order of time, as one in order of time",
  details: `Takes the next event always from the input where it is the oldest: by the instant, to the nanosecond, whatever the zone it is
written in; of equal ones the input named first goes first. Files may be compressed, quoted patterns are expanded, \`-\` is standard
input. Memory is a block of each input, so files may be of any size.

An input that is not in order itself is not put in order: an event older than the one before it stays behind that one, and at the
end the input is named with the number of such events. \`--reorder 10s\` puts each input in order first as far as its events are at
most that late. Events without a time, and lines that are no events, stay behind the one before them.

An input that begins with log lines in a format that \`parse\` knows is parsed, each for itself.

Every input is waited for. Where inputs are live and can be silent, \`--patience 1s\` goes on without those that have said nothing for
that long; what they say later comes when it comes.

There are no positions: a pipeline that begins with \`merge\` and stores starts over when it is started again.`,
  operands: [
    {
      name: "FILE",
      isLocal: true,
      summary: "files, quoted patterns, or - for standard input",
      isRequired: true,
      isRepeated: true,
    },
  ],
  options: {
    reorder: duration({
      fromProject: "free",
      metavar: "TIME",
      default: 0,
      summary: "put events of one input in order that are at most so late",
    }),
    patience: duration({
      fromProject: "free",
      metavar: "TIME",
      summary: "go on without inputs that are silent for so long",
    }),
    timeField,
  },
  examples: [
    {
      title: "Three days and two hosts in one order",
      command: "merge 'web1/app-*.ndjson.gz' 'web2/app-*.ndjson.gz'",
    },
    {
      title: "What came in beside what is kept",
      command: "logpipe merge - kept.ndjson | logpipe view",
    },
    { title: "Into the store, in order", command: "run 'merge a.ndjson b.ndjson | sink'" },
  ],
  saysTimes: true,
  inputsOf: ({ operands }) => ({ files: operands, isFollowed: false }),
  async open({ operands, options }, host) {
    const { reorder, patience, timeField: time } = options;
    if (operands.filter((path) => path === "-").length > 1) {
      const reason = "standard input can be read once";
      throw failure("usage.bad-value", { option: "FILE", value: "-", reason });
    }
    if (host.standard.stdinIsTerminal && operands.includes("-"))
      throw failure("usage.nothing-to-read", { command: "merge" });
    const paths = await expandPaths(operands, host);
    const blockBytes = Math.max(
      64 * 1024,
      Math.min(1 << 20, Math.floor(BLOCKS_BYTES / Math.max(1, paths.length))),
    );
    const pool = FilePool.for(paths.length);
    const onOversized: NonNullable<Source["onOversized"]> = (...piece) => merger.onOversized?.(...piece);
    const lanes = paths.map((path) => {
      const lines = openFiles([path], { blockBytes, onOversized, pool }, host);
      const input = new ParsedSource(lines, host.nowMs);
      input.parsesJson = true;
      input.onLeft = (left) => {
        const text = mergedText(left);
        if (text !== undefined) host.log("info", text);
      };
      return new MergeInput(path === "-" ? "standard input" : path, input, time, reorder, host.nowMs);
    });
    const merger = new Merger(lanes, patience, host);
    return merger;
  },
});
