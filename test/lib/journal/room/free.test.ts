import { expect, test } from "vitest";
import { diskFiles } from "../../../../src/lib/base/files.js";
import { append, openJournal, temporaryDirectory } from "../support.js";

const SECOND_MS = 1000;

test("while the disk has plenty of room nothing waits for the look at how much", async () => {
  let looks = 0;
  let answer = (_bytes: number) => {};
  const freeBytes = () => {
    looks++;
    if (looks === 1) return Promise.resolve(1e12);
    return new Promise<number>((resolve) => {
      answer = resolve;
    });
  };
  const journal = await openJournal(temporaryDirectory(), { files: { ...diskFiles, freeBytes } });
  await append(journal, [1]);
  await new Promise((resolve) => setTimeout(resolve, SECOND_MS));
  const outcomes = await append(journal, [2, 3]);
  expect(outcomes.map(({ kind }) => kind)).toEqual(["stored", "stored"]);
  expect(looks).toBe(2);
  answer(1e12);
});

test("where little is left each look is waited for", async () => {
  let free = 10e6;
  const files = { ...diskFiles, freeBytes: async () => free };
  const journal = await openJournal(temporaryDirectory(), { files });
  await append(journal, [1]);
  free = 0;
  await new Promise((resolve) => setTimeout(resolve, SECOND_MS));
  let isStored = false;
  const waiting = append(journal, [2]).then(() => {
    isStored = true;
  });
  await new Promise((resolve) => setTimeout(resolve, SECOND_MS / 2));
  expect(isStored).toBe(false);
  free = 10e6;
  await waiting;
});
