/** STRUCTURED-DATA of RFC 5424 (section 6.3) to JSON. */

import { quote } from "../../../event/writer.js";

const NAME = "[!#-<>-\\\\^-~]{1,255}";
const ELEMENT = new RegExp(`\\[(${NAME})(?= |\\])`, "y");
const PARAMETER = new RegExp(` +(${NAME})= ?"([^"\\\\]*(?:\\\\.[^"\\\\]*)*)"(?=[ \\]])`, "ys");

type Elements = Map<string, Map<string, string[]>>;

/** As the RFC has it, a `]` in a value is escaped. */
const STRICT = new RegExp(` +(${NAME})= ?"([^"\\\\\\]]*(?:\\\\.[^"\\\\\\]]*)*)"(?=[ \\]])`, "ys");

/**
 * STRUCTURED-DATA from `start` on: where it ends (-1: malformed) and its JSON ("" for `-`). Unless strict, a `]` that
 * is not escaped is one of the value as long as quotes close behind it: many senders write it so. A parameter that is
 * given more than once becomes an array.
 */
export class StructuredData {
  end = -1;
  json = "";

  private parameter = STRICT;

  read(line: string, start: number, isStrict: boolean): boolean {
    this.json = "";
    this.parameter = isStrict ? STRICT : PARAMETER;
    if (line.charCodeAt(start) === 0x2d) {
      this.end = start + 1;
      return true;
    }
    return this.readOne(line, start) || this.readMany(line, start);
  }

  /** A single element without a parameter twice: what most lines have, without a map. */
  private readOne(line: string, start: number): boolean {
    ELEMENT.lastIndex = start;
    const element = ELEMENT.exec(line);
    if (element === null) return false;
    let at = ELEMENT.lastIndex;
    let names = "";
    let json = "";
    const { parameter } = this;
    parameter.lastIndex = at;
    for (let match = parameter.exec(line); match !== null; match = parameter.exec(line)) {
      at = parameter.lastIndex;
      const name = quote(match[1]!);
      if (names.includes(name)) return false;
      names += name;
      json += `${json === "" ? "" : ","}${name}:${quote(withoutEscapes(match[2]!))}`;
    }
    if (line.charCodeAt(at) !== 0x5d || line.charCodeAt(at + 1) === 0x5b) return false;
    this.end = at + 1;
    this.json = `{${quote(element[1]!)}:{${json}}}`;
    return true;
  }

  private readMany(line: string, start: number): boolean {
    let at = start;
    const elements: Elements = new Map();
    while (line.charCodeAt(at) === 0x5b && at >= 0) {
      ELEMENT.lastIndex = at;
      const element = ELEMENT.exec(line);
      at =
        element === null
          ? -1
          : readParameters(line, ELEMENT.lastIndex, this.parameter, parametersOf(elements, element[1]!));
    }
    this.end = at === start ? -1 : at;
    if (this.end > 0) this.json = printElements(elements);
    return this.end > 0;
  }
}

function withoutEscapes(text: string): string {
  return text.includes("\\") ? text.replace(/\\(["\\\]])/g, "$1") : text;
}

function parametersOf(elements: Elements, id: string): Map<string, string[]> {
  const known = elements.get(id);
  if (known !== undefined) return known;
  const parameters = new Map<string, string[]>();
  elements.set(id, parameters);
  return parameters;
}

/** Returns the index after the closing bracket, or -1. */
function readParameters(
  line: string,
  start: number,
  parameter: RegExp,
  parameters: Map<string, string[]>,
): number {
  let at = start;
  parameter.lastIndex = at;
  for (let match = parameter.exec(line); match !== null; match = parameter.exec(line)) {
    at = parameter.lastIndex;
    const value = withoutEscapes(match[2]!);
    const values = parameters.get(match[1]!);
    if (values === undefined) parameters.set(match[1]!, [value]);
    else values.push(value);
  }
  return line.charCodeAt(at) === 0x5d ? at + 1 : -1;
}

function printElements(elements: Elements): string {
  const printed = [...elements].map(([id, parameters]) => {
    const inner = [...parameters].map(([name, values]) => {
      const texts = values.map(quote);
      return `${quote(name)}:${texts.length === 1 ? texts[0] : `[${texts.join(",")}]`}`;
    });
    return `${quote(id)}:{${inner.join(",")}}`;
  });
  return `{${printed.join(",")}}`;
}
