// Enter here: every method; a new one is a file and a line here.
/** Every method by name. A new one: its file, and a line here. */
import type { Method } from "../method.js";
import { auto } from "./auto.js";
import { change } from "./change.js";
import { ewma } from "./ewma.js";
import { mad } from "./mad.js";
import { seasonal } from "./seasonal.js";

export const METHODS = { auto, mad, ewma, seasonal, change } as const satisfies Record<string, Method>;

export type MethodName = keyof typeof METHODS;
export const METHOD_NAMES = Object.keys(METHODS) as readonly MethodName[];
