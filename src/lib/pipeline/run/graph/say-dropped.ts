/** Says at the end what a graph has left out as it was told to: nothing goes without a word. */
import { countOf } from "../../../base/size.js";
import type { Journal } from "../../../journal/journal.js";
import type { Counters } from "../../accounting/counters.js";
import type { RouteNode } from "../../contract/graph.js";
import type { Host } from "../../contract/host.js";

/** Events that a journal had no room for. */
export function sayDroppedByJournal(journals: readonly Journal[], host: Host): void {
  for (const journal of journals)
    for (const { name, droppedEvents } of journal.stats().readers)
      if (droppedEvents > 0)
        host.log(
          "warn",
          `sink ${name} was behind, and the journal dropped ${countOf(droppedEvents, "event")} for it`,
        );
}

/** Events that no output of a route took. Where all went so it is perhaps not what was meant. */
export function sayUnmatched(routes: readonly RouteNode[], counters: Counters, host: Host): void {
  for (const { name, ports } of routes) {
    const counts = counters.of(name);
    const dropped = counts["dropped"] ?? 0;
    if (dropped === 0) continue;
    const isAll = ports.every((port) => (counts[port.name] ?? 0) === 0);
    const what = `${countOf(dropped, "event")} matched no output of the route ${name}`;
    if (isAll)
      host.log(
        "warn",
        `${what}: none of all that came`,
        "lines are read by parse; name a last output for the rest: otherwise",
      );
    else host.log("debug", `${what} and went nowhere: name one for the rest, otherwise`);
  }
}
