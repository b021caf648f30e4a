/**
 * Work that may hold up its thread for longer than anybody wants to wait: patterns of users on lines of strangers. The
 * program sees to it that a stop signal ends it all the same; as a library this does nothing.
 */

let prepare: (() => Promise<void>) | undefined;
let preparing: Promise<void> | undefined;

/**
 * `act` is called once, when there will be such work in this thread; what it promises is waited for before the work
 * begins.
 */
export function beforeLongWork(act: () => Promise<void>): void {
  prepare = act;
}

export function expectLongWork(): void {
  preparing ??= prepare?.();
}

/** Undefined: nothing to wait for. */
export function readyForLongWork(): Promise<void> | undefined {
  return preparing;
}

let readers = 0;
let whenRead: (() => void) | undefined;

/** `act` is called when somebody begins to read. */
export function whenBeingRead(act: () => void): void {
  whenRead = act;
}

/** A person reads what is shown, in a program that has the terminal: until `stopped`, Ctrl-C is meant for that one. */
export function beginReading(): () => void {
  readers++;
  whenRead?.();
  let isOver = false;
  return () => {
    if (!isOver) readers--;
    isOver = true;
  };
}

export function isBeingRead(): boolean {
  return readers > 0;
}
