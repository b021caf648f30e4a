/**
 * Finds templates: the one that fits a text, those that differ from one at a single place, and those that begin alike.
 */
import { PieceKind, type TemplatePiece } from "./pieces.js";
import { OPEN_KEY, type Template, VALUE_KEY } from "./template.js";

interface Node {
  readonly children: Map<string, Node>;
  template: Template | undefined;
}

export class TemplateIndex {
  /** By number of pieces. */
  private readonly roots = new Map<number, Node>();
  /** By a hash of all keys but one and the place of that one. */
  private readonly siblings = new Map<number, Template[]>();
  /** By all keys but those of words that look like values in part, of templates that have two such or more. */
  private readonly kin = new Map<string, Template[]>();
  /** By number of pieces and first word. */
  private readonly crowds = new Map<string, Template[]>();

  /** The template that has these keys, or the first that fits them: words before open places, from the left. */
  find(keys: readonly string[], pieces: readonly TemplatePiece[]): Template | undefined {
    const root = this.roots.get(keys.length);
    return root && this.descend(root, keys, pieces, 0);
  }

  insert(template: Template): void {
    const { keys } = template;
    let node = nodeIn(this.roots, keys.length);
    for (const key of keys) node = nodeIn(node.children, key);
    node.template = template;
    for (const hash of siblingHashes(template)) if (hash !== undefined) addTo(this.siblings, hash, template);
    const kinKey = kinKeyOf(template);
    if (kinKey !== undefined) addTo(this.kin, kinKey, template);
    enterByAge(this.crowds, crowdKey(template), template);
  }

  remove(template: Template): void {
    const { keys } = template;
    const path: Node[] = [];
    for (
      let node = this.roots.get(keys.length);
      node !== undefined;
      node = node.children.get(keys[path.length - 1]!)
    )
      path.push(node);
    path[keys.length]!.template = undefined;
    for (let n = keys.length; n > 0 && isBare(path[n]!); n--) path[n - 1]!.children.delete(keys[n - 1]!);
    for (const hash of siblingHashes(template))
      if (hash !== undefined) takeFrom(this.siblings, hash, template);
    const kinKey = kinKeyOf(template);
    if (kinKey !== undefined) takeFrom(this.kin, kinKey, template);
    this.leaveCrowd(template);
  }

  /**
   * All templates that differ from `template` only in words that look like values in part; itself among them. In no
   * order.
   */
  kinOf(template: Template): readonly Template[] {
    const key = kinKeyOf(template);
    return (key === undefined ? undefined : this.kin.get(key)) ?? [template];
  }

  /** All templates that have the keys of `template` but for the one at `place`; itself among them. In no order. */
  alike(template: Template, place: number): Template[] {
    const hash = siblingHashes(template)[place];
    const found = hash === undefined ? undefined : this.siblings.get(hash);
    return found === undefined
      ? [template]
      : found.filter((other) => isSameBut(template.keys, other.keys, place));
  }

  /** The templates of which every text fits `general` too, but not itself. */
  covered(general: Template): Template[] {
    let nodes = [this.roots.get(general.keys.length)].filter((root) => root !== undefined);
    for (const key of general.keys) {
      nodes = nodes.flatMap((node) => {
        if (key !== OPEN_KEY) return node.children.get(key) ?? [];
        return [...node.children.values()];
      });
    }
    const found = nodes.flatMap(({ template }) => template ?? []);
    return found.filter((template) => template !== general && fitsOpenPlaces(general, template));
  }

  /** The templates as long as `template` that begin with the same word, the oldest first; itself among them. */
  crowd(template: Template): readonly Template[] {
    return this.crowds.get(crowdKey(template)) ?? [];
  }

  private leaveCrowd(template: Template): void {
    const key = crowdKey(template);
    const crowd = this.crowds.get(key)!;
    crowd.splice(crowd.indexOf(template), 1);
    if (crowd.length === 0) this.crowds.delete(key);
  }

  private descend(
    node: Node,
    keys: readonly string[],
    pieces: readonly TemplatePiece[],
    at: number,
  ): Template | undefined {
    if (at === keys.length) return node.template;
    const exact = node.children.get(keys[at]!);
    const found = exact && this.descend(exact, keys, pieces, at + 1);
    if (found !== undefined || pieces[at]!.kind === PieceKind.mark) return found;
    const open = keys[at] === OPEN_KEY ? undefined : node.children.get(OPEN_KEY);
    return open && this.descend(open, keys, pieces, at + 1);
  }
}

/** Punctuation is nothing that an open place takes. */
function fitsOpenPlaces(general: Template, special: Template): boolean {
  return general.keys.every((key, n) => key !== OPEN_KEY || special.pieces[n]!.kind !== PieceKind.mark);
}

function nodeIn<K>(nodes: Map<K, Node>, key: K): Node {
  const known = nodes.get(key);
  if (known !== undefined) return known;
  const made = { children: new Map(), template: undefined };
  nodes.set(key, made);
  return made;
}

function isBare({ children, template }: Node): boolean {
  return template === undefined && children.size === 0;
}

function addTo<K>(lists: Map<K, Template[]>, key: K, template: Template): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [template]);
  else list.push(template);
}

function enterByAge(crowds: Map<string, Template[]>, key: string, template: Template): void {
  const crowd = crowds.get(key);
  if (crowd === undefined) {
    crowds.set(key, [template]);
    return;
  }
  let at = crowd.length;
  while (at > 0 && crowd[at - 1]!.order > template.order) at--;
  crowd.splice(at, 0, template);
}

function takeFrom<K>(lists: Map<K, Template[]>, key: K, template: Template): void {
  const list = lists.get(key)!;
  list[list.indexOf(template)] = list.at(-1)!;
  list.pop();
  if (list.length === 0) lists.delete(key);
}

function isSameBut(keys: readonly string[], others: readonly string[], place: number): boolean {
  return keys.length === others.length && keys.every((key, n) => n === place || key === others[n]);
}

function crowdKey({ keys }: Template): string {
  return `${keys.length} ${keys[0]}`;
}

function kinKeyOf({ keys, pieces }: Template): string | undefined {
  let words = 0;
  let mixed = 0;
  for (const { kind } of pieces) {
    if (kind === PieceKind.word) words++;
    else if (kind === PieceKind.mixed) mixed++;
  }
  if (mixed < 2 || words < 2) return undefined;
  return keys.map((key, n) => (pieces[n]!.kind === PieceKind.mixed ? "" : key)).join("\u0000");
}

/**
 * By place, undefined where it is punctuation or nothing around it says what the text is about. Linear in the keys'
 * length.
 */
function siblingHashes(template: Template): readonly (number | undefined)[] {
  template.siblingHashes ??= hashesOf(template);
  return template.siblingHashes;
}

function hashesOf({ keys, pieces }: Template): (number | undefined)[] {
  const words = pieces.reduce((sum, { kind }) => sum + (kind === PieceKind.word ? 1 : 0), 0);
  const codes = keys.map(hashOf);
  const after: number[] = new Array(keys.length + 1).fill(keys.length);
  for (let n = keys.length - 1; n >= 0; n--) after[n] = mixed(after[n + 1]!, codes[n]!);
  let before = 0x9747b28c;
  return pieces.map(({ kind }, n) => {
    const hash = mixed(mixed(before, n), after[n + 1]!);
    before = mixed(before, codes[n]!);
    const others = words - (kind === PieceKind.word ? 1 : 0);
    return kind === PieceKind.mark || others === 0 ? undefined : hash;
  });
}

function mixed(hash: number, code: number): number {
  return (Math.imul(hash ^ code, 0x5bd1e995) ^ (hash >>> 13)) >> 1;
}

function hashOf(key: string): number {
  if (key === VALUE_KEY) return 1;
  let hash = key.length;
  for (let n = 0; n < key.length; n++) hash = Math.imul(hash ^ key.charCodeAt(n), 0x01000193);
  return hash >> 1;
}
