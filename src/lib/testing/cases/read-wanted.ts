/** What a case expects at one place: `none`, a number, a list of events, or several things by name. */

import { LogpipeError } from "../../base/errors/index.js";
import { FieldSet } from "../../event/rows/rows.js";
import { compileExpression } from "../../expression/expression.js";
import type { CountRule, EventValue, WantedEvents, WrittenAt } from "./test-case.js";
import { checkKeys, type YamlPart } from "./tree.js";

const OF_WANTED = ["none", "count", "events", "like", "contains", "unordered", "all", "snapshot"];
const COUNT = /^(==|>=|<=|>|<)?\s*(\d+)$/;

/** Whether the map is an expectation, and no names of nodes with one each. */
export function isExpectation(part: YamlPart): boolean {
  const entries = part.entries();
  return entries.length > 0 && entries.every(({ key }) => OF_WANTED.includes(key));
}

/** `key`: what it stands behind. Throws usage.file. */
export function readWanted(part: YamlPart, key: YamlPart): WantedEvents {
  if (part.kind === "list") return { events: readEvents(part) };
  if (part.kind === "nothing")
    throw key.fault("nothing is expected here", { hint: "write none where no event may come" });
  if (part.kind === "scalar") return readWord(part, key);
  checkKeys(part, OF_WANTED);
  if (part.entries().length === 0) throw part.fault("nothing is expected here");
  const [none, count, events, like] = ["none", "count", "events", "like"].map((name) => part.get(name));
  const [contains, unordered, all, snapshot] = ["contains", "unordered", "all", "snapshot"].map((name) =>
    part.get(name),
  );
  if (unordered !== undefined && events === undefined && like === undefined)
    throw unordered.fault("unordered says something of events: or like:, and there is neither");
  return {
    ...(isTrue(none) && { count: { operator: "==", count: 0 } }),
    ...(count !== undefined && { count: readCount(count) }),
    ...(events !== undefined && { events: readEvents(events) }),
    ...(like !== undefined && { like: readEvents(like) }),
    ...(contains !== undefined && { contains: readEvents(contains) }),
    ...(isTrue(unordered) && { isUnordered: true }),
    ...(all !== undefined && { all: readExpressions(all) }),
    ...(snapshot !== undefined && { snapshot: readSnapshot(snapshot, part) }),
  };
}

function readWord(part: YamlPart, key: YamlPart): WantedEvents {
  const word = part.text().trim();
  if (word === "none") return { count: { operator: "==", count: 0 } };
  if (COUNT.test(word)) return { count: readCount(part) };
  if (word !== "snapshot")
    throw part.fault(`"${word.slice(0, 40)}" says nothing of events`, {
      hint: "write none, a number of events, a list of events, or what holds for them: { all: EXPR }",
    });
  const [start, end] = part.range!;
  const writtenAt: WrittenAt = {
    start,
    end,
    kind: "value",
    indent: columnOf(key),
    isFlow: part.isFlow,
  };
  return { snapshot: { events: undefined, writtenAt } };
}

function readSnapshot(part: YamlPart, around: YamlPart): NonNullable<WantedEvents["snapshot"]> {
  const entry = around.entries().find(({ key }) => key === "snapshot")!;
  const [, keyEnd] = entry.keyPart.range!;
  const [start, end] = part.range ?? [keyEnd, keyEnd];
  const writtenAt: WrittenAt = {
    start: keyEnd,
    end: Math.max(end, start),
    kind: "list",
    indent: columnOf(entry.keyPart),
    isFlow: around.isFlow,
  };
  const isWritten = part.kind === "list" || (part.kind === "scalar" && part.text() === "none");
  if (!isWritten && part.kind !== "nothing") throw part.fault("a snapshot is a list of events");
  const events = part.kind === "list" ? readEvents(part) : isWritten ? [] : undefined;
  return { events, writtenAt };
}

function readEvents(part: YamlPart): EventValue[] {
  const items = part.kind === "map" ? [part] : part.items();
  return items.map((item) => {
    const value = item.value();
    if (typeof value !== "object" || value === null || Array.isArray(value) || item.kind !== "map")
      throw item.fault("expected an event", { hint: "write its fields: { level: error, status: 500 }" });
    return value as EventValue;
  });
}

function readCount(part: YamlPart): CountRule {
  const [, operator = "==", count] = COUNT.exec(part.text().trim()) ?? [];
  if (count === undefined)
    throw part.fault(`"${part.text()}" is no number of events`, { hint: "count: 3, or count: '>= 3'" });
  return { operator: operator as CountRule["operator"], count: Number(count) };
}

function readExpressions(part: YamlPart): string[] {
  const parts = part.kind === "list" ? part.items() : [part];
  return parts.map((one) => {
    const text = one.text();
    try {
      compileExpression(text, new FieldSet(), "all", { isCondition: true, nowMs: () => 0 });
    } catch (error) {
      if (!(error instanceof LogpipeError)) throw error;
      throw one.fault(error.message.split("\n", 1)[0]!, { hint: error.help });
    }
    return text;
  });
}

function isTrue(part: YamlPart | undefined): boolean {
  if (part === undefined) return false;
  const value = part.value();
  if (typeof value !== "boolean") throw part.fault("it is true or false");
  return value;
}

function columnOf(part: YamlPart): number {
  return Number(/:(\d+)$/.exec(part.place)![1]) - 1;
}
