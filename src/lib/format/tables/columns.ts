/** Cells of lines whose columns are known beforehand: how each is checked and written. */
import type { EventWriter } from "../../event/writer.js";

/** Writes a cell, if it holds anything; false: it is none of this column, and the line none of the table. */
export type Column = (cell: string, event: EventWriter) => boolean;

const isNothing = (cell: string) => cell === "" || cell === "-";
const INTEGER = /^(?:0|[1-9]\d{0,18})$/;
const NUMBER = /^-?(?:0|[1-9]\d{0,30})(?:\.\d{1,30})?$/;
const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-fA-F:.]*:[\da-fA-F:.]*(?:%\w{1,16})?)$/;

export const ignored: Column = () => true;

export function text(name: string): Column {
  return (cell, event) => {
    event.textIf(name, cell);
    return true;
  };
}

/** A whole number as JSON has it. */
export function integer(name: string): Column {
  return checked((cell, event) => {
    if (!INTEGER.test(cell)) return false;
    event.number(name, cell);
    return true;
  });
}

/** Digits; zeros before them are left out. */
export function status(name: string): Column {
  return checked((cell, event) => {
    if (!/^\d{1,5}$/.test(cell)) return false;
    event.number(name, Number(cell));
    return true;
  });
}

/** A number; negative ones, where a program says so that there is none, are left out. */
export function measure(name: string): Column {
  return checked((cell, event) => {
    if (!NUMBER.test(cell)) return false;
    if (cell.charCodeAt(0) !== 0x2d) event.number(name, cell);
    return true;
  });
}

/** A number where it is one, else text. */
export function loose(name: string): Column {
  return checked((cell, event) => {
    if (INTEGER.test(cell) || NUMBER.test(cell)) event.number(name, cell);
    else event.text(name, cell);
    return true;
  });
}

export function address(name: string): Column {
  return matching(name, ADDRESS);
}

export function matching(name: string, pattern: RegExp): Column {
  return checked((cell, event) => {
    if (!pattern.test(cell)) return false;
    event.text(name, cell);
    return true;
  });
}

/** `ADDRESS:PORT`, `[ADDRESS]:PORT` or an address. */
export function endpoint(addressName: string, portName: string): Column {
  return checked((cell, event) => {
    const match = ENDPOINT.exec(cell);
    if (match === null) return false;
    event.text(addressName, match[1] ?? match[2] ?? match[3]!);
    if (match[4] !== undefined) event.number(portName, Number(match[4]));
    return true;
  });
}

const ENDPOINT = /^(?:\[([\da-fA-F:.]+)\]|(\d{1,3}(?:\.\d{1,3}){3})|([\da-fA-F:]{2,39}))(?::(\d{1,5}))?$/;

function checked(write: Column): Column {
  return (cell, event) => isNothing(cell) || write(cell, event);
}

/** Writes the cells by their columns; false where one does not fit. */
export function writeCells(
  cells: readonly string[],
  columns: readonly Column[],
  event: EventWriter,
): boolean {
  for (let i = 0; i < cells.length; i++) if (!columns[i]!(cells[i]!, event)) return false;
  return true;
}
