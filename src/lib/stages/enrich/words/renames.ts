import { failure } from "../../../base/errors/index.js";

/** What is given to `enrich --rename`, `a=b,c=d`. Throws usage.bad-value. */
export function readRenames(lists: readonly string[]): [string, string][] {
  return lists
    .flatMap((text) => text.split(","))
    .map((text) => {
      const split = text.indexOf("=");
      const from = text.slice(0, Math.max(split, 0)).trim();
      const to = text.slice(split + 1).trim();
      if (from !== "" && to !== "") return [from, to];
      const reason = split < 0 ? "there is no = in it" : "a name is empty";
      const hint = "write it like old=new";
      throw failure("usage.bad-value", { option: "--rename", value: text, reason, hint });
    });
}
