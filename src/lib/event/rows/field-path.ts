/**
 * Paths to fields inside nested objects: `user.id`. A key that has the dots itself wins over nesting, the longest
 * first: `a.b.c` is the field "a.b.c" where there is one, else "c" of the object "a.b", else "b.c" inside of "a". A
 * part that is a whole number picks an element of an array, from 0: `items.0.name`.
 */

import { eachElement } from "../../json/members.js";
import { decodeJson, encodeJson, type JsonValue } from "../../json/value.js";
import { Event } from "../event.js";

/** A field that is asked for: a path, or several of which one is enough. */
export type AskedField = string | readonly string[];

/** The decoded value at `path`, undefined when there is none. */
export function getPath(event: Event, path: string): JsonValue | undefined {
  const raw = rawPath(event, path);
  return raw === undefined ? undefined : decodeJson(raw);
}

/** The JSON text at `path`, undefined when there is none. */
export function rawPath(event: Event, path: string): string | undefined {
  const literal = event.raw(path);
  if (literal !== undefined) return literal;
  for (const [parent, rest] of splits(path)) {
    const raw = event.raw(parent);
    const found = raw === undefined ? undefined : rawInside(raw, rest);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Sets the field at `path`: where it is, or inside the object that the path leads to, or else as a new top-level field
 * whose name is the whole path. `getPath` with the same path gives it back in each case. Arrays are not written into.
 */
export function setPath(event: Event, path: string, value: JsonValue): void {
  setRawPath(event, path, encodeJson(value));
}

/** As `setPath`, from JSON text. The caller vouches that it is valid and on one line. */
export function setRawPath(event: Event, path: string, json: string): void {
  const parent = event.has(path) ? undefined : parentOf(event, path);
  if (parent === undefined) event.setRaw(path, json);
  else {
    setRawPath(parent.object, parent.rest, json);
    event.setRaw(parent.name, parent.object.toString());
  }
}

/** Removes the field at `path`; an object that it leaves empty stays. Whether there was one. */
export function deletePath(event: Event, path: string): boolean {
  if (event.delete(path)) return true;
  for (const [name, rest] of splits(path)) {
    const object = objectAt(event, name);
    if (object === undefined || !deletePath(object, rest)) continue;
    event.setRaw(name, object.toString());
    return true;
  }
  return false;
}

/** The object that a path leads into: the one that has the field already, else the one with the longest name. */
function parentOf(event: Event, path: string): { name: string; rest: string; object: Event } | undefined {
  let first: { name: string; rest: string; object: Event } | undefined;
  for (const [name, rest] of splits(path)) {
    const object = objectAt(event, name);
    if (object === undefined) continue;
    if (rawPath(object, rest) !== undefined) return { name, rest, object };
    first ??= { name, rest, object };
  }
  return first;
}

function objectAt(event: Event, name: string): Event | undefined {
  const raw = event.raw(name);
  if (raw?.charCodeAt(0) !== 0x7b) return undefined;
  const object = Event.parse(raw);
  return object instanceof Event ? object : undefined;
}

function rawInside(raw: string, rest: string): string | undefined {
  if (raw.startsWith("{")) {
    const object = Event.parse(raw);
    return object instanceof Event ? rawPath(object, rest) : undefined;
  }
  return raw.startsWith("[") ? rawInArray(raw, rest) : undefined;
}

function rawInArray(raw: string, path: string): string | undefined {
  const dot = path.indexOf(".");
  const part = dot < 0 ? path : path.slice(0, dot);
  if (!/^(?:0|[1-9][0-9]{0,8})$/.test(part)) return undefined;
  const wanted = Number(part);
  let index = 0;
  let found: string | undefined;
  eachElement(raw, (element) => {
    if (index++ === wanted) found = element;
  });
  return found === undefined || dot < 0 ? found : rawInside(found, path.slice(dot + 1));
}

/** `a.b.c` cut at each dot, the longest first part first. */
function* splits(path: string): Generator<[string, string]> {
  for (let dot = path.lastIndexOf("."); dot > 0; dot = path.lastIndexOf(".", dot - 1)) {
    yield [path.slice(0, dot), path.slice(dot + 1)];
  }
}
