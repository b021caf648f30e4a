// Links of documents, and pages that help texts and errors name.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { filesOf } from "./files.mjs";

/** Sentences about links of documents to files that are not there, and to headings that their page has not. */
export function deadLinks(root) {
  const files = [...filesOf(root, "docs", [".md"]), "README.md", "CONTRIBUTING.md", "CHANGELOG.md"];
  return files
    .filter((file) => existsSync(join(root, file)))
    .flatMap((file) => {
      const text = prose(readFileSync(join(root, file), "utf8")).replace(/`[^`\n]*`/g, "");
      const targets = [...text.matchAll(/\]\(([^)#\s]*)(?:#([^)\s]*))?\)/g)];
      return targets.flatMap(([, target, anchor]) => {
        if (/^[a-z]+:/.test(target) || (target === "" && anchor === undefined)) return [];
        const path = target === "" ? join(root, file) : resolve(root, dirname(file), decodeURI(target));
        return faultOf(root, path, anchor).map(
          (fault) => `${file} links to ${target}#${anchor ?? ""}: ${fault}`,
        );
      });
    });
}

/** Sentences about pages that texts of the program name, as `docs/x.md` or `docs/x.md#heading`, and that are not so. */
export function namedPages(root) {
  return [...filesOf(root, "src", [".ts"]), ...filesOf(root, "bench", [".mjs"])].flatMap((file) => {
    const text = readFileSync(join(root, file), "utf8");
    return [...text.matchAll(/\bdocs\/([\w./-]+\.md)(?:#([\w-]+))?/g)].flatMap(([said, page, anchor]) =>
      faultOf(root, join(root, "docs", page), anchor).map((fault) => `${file} names ${said}: ${fault}`),
    );
  });
}

function faultOf(root, path, anchor) {
  if (!existsSync(path)) return [`there is no ${relative(root, path)}: correct the path`];
  if (anchor === undefined || anchor === "" || !path.endsWith(".md")) return [];
  if (anchorsOf(readFileSync(path, "utf8")).has(anchor)) return [];
  return [`${relative(root, path)} has no such heading: name one of its own`];
}

/** The names of a page's headings, as GitHub makes them. */
function anchorsOf(text) {
  const anchors = new Set();
  for (const [, title] of prose(text).matchAll(/^#+ (.+)$/gm)) {
    const name = title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-");
    const seen = [...anchors].filter((anchor) => anchor === name || anchor.startsWith(`${name}-`)).length;
    anchors.add(anchors.has(name) ? `${name}-${seen}` : name);
  }
  return anchors;
}

function prose(text) {
  return text.replace(/^```[\s\S]*?^```/gm, "");
}
