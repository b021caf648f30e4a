/** Cells of lines whose columns are known beforehand: how each is checked and written. */
import { commonLogTime, isoTime } from "../../base/time/read-time.js";
import type { EventWriter } from "../../event/writer.js";

/** Writes a cell, if it holds anything; false: it is none of this column, and the line none of the table. */
export type CellReader = (cell: string, event: EventWriter) => boolean;

const isNothing = (cell: string) => cell === "" || cell === "-";
const INTEGER = /^(?:0|[1-9]\d{0,18})$/;
const NUMBER = /^-?(?:0|[1-9]\d{0,30})(?:\.\d{1,30})?$/;
const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-fA-F:.]*:[\da-fA-F:.]*(?:%\w{1,16})?)$/;

export const ignored: CellReader = () => true;

export function text(name: string): CellReader {
  return (cell, event) => {
    event.textIf(name, cell);
    return true;
  };
}

/** A whole number as JSON has it. */
export function integer(name: string): CellReader {
  return checked((cell, event) => {
    if (!INTEGER.test(cell)) return false;
    event.number(name, cell);
    return true;
  });
}

/** Digits; zeros before them are left out. */
export function status(name: string): CellReader {
  return checked((cell, event) => {
    if (!/^\d{1,5}$/.test(cell)) return false;
    event.number(name, Number(cell));
    return true;
  });
}

/** A number, a negative one as well: programs write -1 for what did not happen. */
export function measure(name: string): CellReader {
  return checked((cell, event) => {
    if (!NUMBER.test(cell)) return false;
    event.number(name, cell);
    return true;
  });
}

/** A number where it is one, else text. */
export function loose(name: string): CellReader {
  return checked((cell, event) => {
    if (INTEGER.test(cell) || NUMBER.test(cell)) event.number(name, cell);
    else event.text(name, cell);
    return true;
  });
}

export function address(name: string): CellReader {
  return matching(name, ADDRESS);
}

/** A time in RFC 3339, or in UTC where it has no zone. */
export function time(name: string): CellReader {
  return checked((cell, event) => {
    const timestamp = isoTime(/[Z\d]Z$|[+-]\d\d:?\d\d$/.test(cell) ? cell : `${cell}Z`);
    if (timestamp === undefined) return false;
    event.text(name, timestamp);
    return true;
  });
}

/** A time of the common log format. */
export function commonTime(name: string): CellReader {
  return (cell, event) => {
    const timestamp = commonLogTime(cell);
    if (timestamp === undefined) return false;
    event.text(name, timestamp);
    return true;
  };
}

/** A request line: `method`, `target` (what is asked for) and `protocol`; what is none goes to `request`. */
export function request(target: string): CellReader {
  return checked((cell, event) => {
    const match = REQUEST.exec(cell);
    if (match === null) {
      if (!/^[- ]{1,9}$/.test(cell)) event.text("request", cell);
      return true;
    }
    event.textIf("method", match[1]);
    event.textIf(target, match[2]);
    event.textIf("protocol", match[3]);
    return true;
  });
}

const REQUEST = /^([A-Z][A-Z_-]{0,31}) (.+) ([A-Za-z]{2,8}\/[0-9.]{1,8})$/s;

export function matching(name: string, pattern: RegExp): CellReader {
  return checked((cell, event) => {
    if (!pattern.test(cell)) return false;
    event.text(name, cell);
    return true;
  });
}

/** `ADDRESS:PORT`, `[ADDRESS]:PORT` or an address. */
export function endpoint(addressName: string, portName: string): CellReader {
  return checked((cell, event) => {
    const match = ENDPOINT.exec(cell);
    if (match === null) return false;
    event.text(addressName, match[1] ?? match[2] ?? match[3]!);
    if (match[4] !== undefined) event.number(portName, Number(match[4]));
    return true;
  });
}

/** `ADDRESS:PORT`, where an IPv6 address may stand without brackets: the port is always there. */
export function withPort(addressName: string, portName: string): CellReader {
  return checked((cell, event) => {
    const match = WITH_PORT.exec(cell);
    if (match === null) return false;
    event.text(addressName, match[1]!);
    event.number(portName, Number(match[2]));
    return true;
  });
}

const WITH_PORT = /^\[?([\da-fA-F:.]{2,45})\]?:(\d{1,5})$/;
const ENDPOINT = /^(?:\[([\da-fA-F:.]+)\]|(\d{1,3}(?:\.\d{1,3}){3})|([\da-fA-F:]{2,39}))(?::(\d{1,5}))?$/;

function checked(write: CellReader): CellReader {
  return (cell, event) => isNothing(cell) || write(cell, event);
}

/** Writes the cells by their columns; false where one does not fit. */
export function writeCells(
  cells: readonly string[],
  columns: readonly CellReader[],
  event: EventWriter,
): boolean {
  for (let i = 0; i < cells.length; i++) if (!columns[i]!(cells[i]!, event)) return false;
  return true;
}

/** The same for the groups of a match: those that are not there are left out. */
export function writeGroups(
  match: readonly (string | undefined)[],
  columns: readonly CellReader[],
  event: EventWriter,
): boolean {
  for (let i = 0; i < columns.length; i++) {
    const group = match[i + 1];
    if (group !== undefined && !columns[i]!(group, event)) return false;
  }
  return true;
}
