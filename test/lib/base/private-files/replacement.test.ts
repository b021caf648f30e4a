import { spawnSync } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { geteuid, umask } from "node:process";
import { describe, expect, it } from "vitest";
import { ownerMark } from "../../../../src/lib/base/private-files/owner-mark.js";
import { Replacement, replaceFile } from "../../../../src/lib/base/private-files/replacement.js";
import { temporaryDirectory } from "../../../support/logpipe.js";

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe("a file that takes the place of another", () => {
  it.each([
    ["022", "600"],
    ["000", "600"],
    ["077", "600"],
  ])("is new and for its owner alone, with umask %s", async (mask, wanted) => {
    const path = join(temporaryDirectory(), "kept.json");
    await withUmask(mask, () => replaceFile(path, "{}\n"));
    expect([modeOf(path), readFileSync(path, "utf8")]).toEqual([wanted, "{}\n"]);
  });

  it.each(["600", "640", "644", "666", "664"])(
    "keeps mode %s of what was there, whatever the umask",
    async (mode) => {
      const path = join(temporaryDirectory(), "kept.json");
      writeFileSync(path, "old");
      chmodSync(path, Number.parseInt(mode, 8));
      for (const mask of ["000", "077"]) {
        await withUmask(mask, () => replaceFile(path, "new"));
        expect([modeOf(path), readFileSync(path, "utf8")]).toEqual([mode, "new"]);
      }
    },
  );

  it.runIf(geteuid?.() === 0)("keeps the owner of what was there, where that is allowed", async () => {
    const path = join(temporaryDirectory(), "kept.json");
    writeFileSync(path, "old");
    spawnSync("chown", ["65534:65534", path]);
    await replaceFile(path, "new");
    expect(statSync(path)).toMatchObject({ uid: 65534, gid: 65534 });
  });

  it("is written under a name that nobody knows before, and leaves nothing beside it", async () => {
    const directory = temporaryDirectory();
    const path = join(directory, "kept.json");
    const names = new Set<string>();
    for (let n = 0; n < 5; n++) {
      const replacement = await Replacement.open(path);
      names.add(replacement.temporary);
      expect(modeOf(replacement.temporary)).toBe("600");
      if (n % 2 === 0) await replacement.abandon();
      else await replacement.commit();
    }
    expect(names.size).toBe(5);
    expect(readdirSync(directory)).toEqual(["kept.json"]);
  });

  it("takes a name of 255 bytes", async () => {
    const path = join(temporaryDirectory(), "é".repeat(120));
    await replaceFile(path, "x");
    expect(readFileSync(path, "utf8")).toBe("x");
  });

  it("removes what a killed process left of this file, and nothing else", async () => {
    const directory = temporaryDirectory();
    const [place, boot] = ownerMark().split("-");
    const left = `.kept.json.${place}-${boot}-4194305-1-0123456789abcdef.tmp`;
    const earlier = `.kept.json.${place}-00000000-1-1-0123456789abcdef.tmp`;
    const elsewhere = `.kept.json.ffffffff-${boot}-4194305-1-0123456789abcdef.tmp`;
    const living = `.kept.json.${ownerMark()}-0123456789abcdef.tmp`;
    const others = `.other.json.${place}-${boot}-4194305-1-0123456789abcdef.tmp`;
    for (const name of [left, earlier, elsewhere, living, others]) writeFileSync(join(directory, name), "x");
    const linked = `.kept.json.${place}-${boot}-4194305-1-fedcba9876543210.tmp`;
    symlinkSync(join(directory, others), join(directory, linked));
    await replaceFile(join(directory, "kept.json"), "{}");
    expect(readdirSync(directory).sort()).toEqual([elsewhere, linked, living, others, "kept.json"].sort());
    expect(lstatSync(join(directory, linked)).isSymbolicLink()).toBe(true);
  });

  it("says what is wrong with a directory that is none", async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, "file"), "");
    await expect(replaceFile(join(directory, "file", "x"), "")).rejects.toMatchObject({ code: "ENOTDIR" });
    mkdirSync(join(directory, "d"));
    await expect(replaceFile(join(directory, "d"), "")).rejects.toMatchObject({ code: "EISDIR" });
    expect(readdirSync(directory).sort()).toEqual(["d", "file"]);
  });
});

/** Nothing else makes files meanwhile. */
async function withUmask(mask: string, work: () => Promise<void>): Promise<void> {
  const before = umask(Number.parseInt(mask, 8));
  try {
    await work();
  } finally {
    umask(before);
  }
}
