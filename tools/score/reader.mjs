/** `parse` in this process: text in, events out, with any of the command's options. */
import parse from "../../dist/commands/stages/parse.js";
import { Block } from "../../dist/lib/event/block.js";
import { defaultsOf } from "../../dist/lib/options/options.js";
import { stageIo } from "../../dist/lib/pipeline/contract/resources.js";

const defaults = defaultsOf(parse.options);

/** Whether `parse` has an option of that name: what is still to come is left out, not a failure. */
export const hasOption = (name) => name in parse.options;

/**
 * Resolves with a function from bytes or text to the events that `parse` makes of them; `options` as in the
 * declaration, what it does not know is left out. `nowMs` is the clock: a time without a year is before it.
 */
export async function reader(options = {}, nowMs = Date.now()) {
  const known = Object.entries(options).filter(([name]) => hasOption(name));
  const given = { operands: [], options: { ...defaults, ...Object.fromEntries(known) } };
  const context = { nowMs: () => nowMs, reject: () => {}, count: () => {} };
  const opened = await parse.open?.(given, io);
  // What is wrong with the options is thrown here, not at the first line.
  let transform = parse.create(given, context, opened);
  return (input) => {
    transform ??= parse.create(given, context, opened);
    const events = eventsOf(transform, input);
    transform = undefined;
    return events;
  };
}

function eventsOf(transform, input) {
  const events = [];
  const emit = ({ bytes }) => {
    for (const line of bytes.toString().split("\n")) if (line !== "") events.push(JSON.parse(line));
    return true;
  };
  const bytes = Buffer.from(input);
  const isEnded = bytes.at(-1) === 0x0a;
  transform.push(new Block(isEnded ? bytes : Buffer.concat([bytes, Buffer.from("\n")])), emit);
  transform.end?.(emit);
  return events;
}

const silent = { log: () => {}, fail: () => {} };
const io = stageIo({ cwd: process.cwd(), environment: process.env }, Date.now, silent);
