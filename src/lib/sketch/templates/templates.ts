// Enter here: templates of messages, found one text after the other.
/**
 * Finds the templates of texts, one text after the other: `Failed password for <*> from <ip> port <num>`.
 *
 * Values that are known by their form (numbers, addresses, times, paths ...) are variables from the start. A word
 * becomes one when enough different words have been seen at its place while all else was the same (`EVIDENCE`); the
 * templates that had them become one then, under the id of the oldest. A template's id never changes. Deterministic;
 * memory is bounded by the number of templates.
 *
 * Related: P. He et al., "Drain: An Online Log Parsing Approach with Fixed Depth Tree", ICWS 2017; S. Yu et al.,
 * "Brain: Log Parsing with Bidirectional Parallel Tree", IEEE TSC 2023.
 */
import { createHash } from "node:crypto";
import { failure } from "../../base/errors/index.js";
import { PieceKind, piecesOf, type TemplatePiece } from "./pieces.js";
import { loadTemplate, type SavedMiner, STATE_VERSION, saveTemplate } from "./saved.js";
import { TemplateShape } from "./shape.js";
import { ShapeTable } from "./table.js";
import { current, EXAMPLE_CHARACTERS_MAX, Template, templateKey } from "./template.js";
import { TemplateIndex } from "./template-index.js";

export const TEMPLATES_MAX = 5000;
/** Different words at a place that make it a variable; a word that looks like a value counts twice. */
const EVIDENCE = 4;
/** Factors where few other words say that the texts are of one kind, by their number. */
const CAUTION = [Number.POSITIVE_INFINITY, 2.5, 1.5, 1];
/** The first word says most about a text. */
const FIRST_WORD_CAUTION = 2;
/** Templates of one length and first word beyond which similar ones become one. */
const CROWD = 32;
const CROWD_LOOKED_AT = 64;

export class TemplateMiner {
  readonly max: number;
  /** Texts read. */
  texts = 0;
  /** Templates forgotten because there were too many, and the texts that had them. */
  forgotten = 0;
  forgottenTexts = 0;
  private orders = 0;
  private readonly live = new Set<Template>();
  private readonly index = new TemplateIndex();
  private readonly shape = new TemplateShape();
  private readonly table = new ShapeTable();

  constructor(max = TEMPLATES_MAX) {
    this.max = max;
  }

  /** The template of the text `bytes[start, end)`, UTF-8. The caller books it with `observe`. */
  add(bytes: Uint8Array, start: number, end: number): Template {
    const { shape } = this;
    shape.read(bytes, start, end);
    return this.addShaped(shape.hashLow, shape.hashHigh, bytes, start, end);
  }

  /** As `add`, for a text whose shape has been hashed. */
  addShaped(hashLow: number, hashHigh: number, bytes: Uint8Array, start: number, end: number): Template {
    this.texts++;
    let template = this.table.get(hashLow, hashHigh);
    if (template === undefined) {
      this.shape.read(bytes, start, end);
      template = this.look(this.shape.toString());
      this.table.set(hashLow, hashHigh, template);
    }
    template.lastUse = this.texts;
    if (template.example === "") template.example = exampleOf(bytes, start, end);
    return template;
  }

  /** Takes in a template that another miner has found: joined with what fits it, or as a new one with its own id. */
  adopt(other: Template): Template {
    const found = this.index.find(other.keys, other.pieces);
    if (found !== undefined) {
      found.widen(other.pieces);
      found.absorb(other);
      return found;
    }
    if (this.live.size >= this.max) this.forget();
    const made = new Template(other.id, this.orders++, other.pieces);
    made.absorb(other);
    this.enter(made);
    this.table.clear();
    const covered = this.index.covered(made);
    return this.settle(covered.length === 0 ? made : this.join([made, ...covered]));
  }

  /**
   * As if the texts of `other` had come after those read so far. Where a word is a variable for one of the two, it is
   * for both. What only both together would have been evidence for earlier can leave a few templates more than one
   * miner had found.
   */
  merge(other: TemplateMiner): void {
    const before = this.texts;
    for (const template of other.templates()) {
      const kept = this.adopt(template);
      kept.lastUse = Math.max(kept.lastUse, before + template.lastUse);
    }
    this.texts += other.texts;
    this.forgotten += other.forgotten;
    this.forgottenTexts += other.forgottenTexts;
  }

  /**
   * A look at all templates together: words that stand where another template has found a variable behind the same two
   * words (`for user <*>`) are evidence of their own. What this joins stays joined.
   */
  refine(): void {
    const contexts = new Set<string>();
    for (const template of this.live)
      template.pieces.forEach(({ kind }, place) => {
        const context = kind === PieceKind.open ? contextOf(template, place) : undefined;
        if (context !== undefined) contexts.add(context);
      });
    for (const template of this.templates()) {
      if (contexts.size === 0 || current(template) !== template) continue;
      for (let place = 2; place < template.keys.length; place++) {
        const context =
          template.pieces[place]!.kind === PieceKind.word ? contextOf(template, place) : undefined;
        if (context === undefined || !contexts.has(context)) continue;
        const alike = this.index.alike(template, place);
        if (alike.length < 2) continue;
        this.settle(this.join(alike));
        break;
      }
    }
  }

  save(): SavedMiner {
    const { texts, orders, forgotten, forgottenTexts } = this;
    return {
      version: STATE_VERSION,
      texts,
      orders,
      forgotten,
      forgottenTexts,
      templates: this.templates().map(saveTemplate),
    };
  }

  /** Goes on where the miner that was saved had been: what comes is found as it would have found it. */
  load(saved: SavedMiner): void {
    if (saved.version !== STATE_VERSION)
      throw failure("state.other-version", {
        stage: "patterns",
        version: saved.version,
        known: STATE_VERSION,
      });
    this.texts = saved.texts;
    this.orders = saved.orders;
    this.forgotten = saved.forgotten;
    this.forgottenTexts = saved.forgottenTexts;
    for (const template of saved.templates.map(loadTemplate)) this.enter(template);
  }

  /** Templates in the order in which they were first seen. */
  templates(): Template[] {
    return [...this.live].sort((a, b) => a.order - b.order);
  }

  get size(): number {
    return this.live.size;
  }

  /** How many templates have been created: the `order` of the next one. */
  get created(): number {
    return this.orders;
  }

  private look(shape: string): Template {
    const pieces = piecesOf(shape);
    const keys = pieces.map(templateKey);
    const found = this.index.find(keys, pieces);
    if (found !== undefined) {
      found.widen(pieces);
      return found;
    }
    if (this.live.size >= this.max) this.forget();
    const made = new Template(idOf(pieces), this.orders++, pieces, keys);
    this.enter(made);
    return this.settle(made);
  }

  private enter(template: Template): void {
    this.live.add(template);
    this.index.insert(template);
  }

  /** Joins `template` with others where there is evidence for it. Returns what it has become part of. */
  private settle(template: Template): Template {
    let settled = template;
    for (let place = 0; place < settled.keys.length; place++) {
      const alike = this.index.alike(settled, place);
      if (alike.length < 2 || !isEvidence(alike, place)) continue;
      settled = this.join(alike);
      place = -1;
    }
    const kin = this.index.kinOf(settled);
    if (kin.length > 1) return this.settle(this.join(kin));
    const similar = this.similar(settled);
    return similar === undefined ? settled : this.settle(this.join([settled, similar]));
  }

  /** Makes one template of several that are equally long, and of those that fit it then. The oldest stays. */
  private join(templates: readonly Template[]): Template {
    const byAge = [...templates].sort((a, b) => a.order - b.order);
    for (const template of byAge) this.index.remove(template);
    const [first, ...rest] = byAge;
    for (const template of rest) this.replace(template, first!);
    this.index.insert(first!);
    this.table.clear();
    const covered = this.index.covered(first!);
    return covered.length === 0 ? first! : this.join([first!, ...covered]);
  }

  private replace(template: Template, by: Template): void {
    by.openTo(template.pieces);
    by.absorb(template);
    template.successor = by;
    this.live.delete(template);
  }

  /** In a crowd, a template that has more words in common with this one than not. */
  private similar(template: Template): Template | undefined {
    const crowd = this.index.crowd(template);
    if (crowd.length < CROWD) return undefined;
    let best: Template | undefined;
    let most = 0;
    for (const other of crowd.slice(-CROWD_LOOKED_AT)) {
      const same = other === template ? 0 : sameWords(template, other);
      if (same <= most) continue;
      best = other;
      most = same;
    }
    return best;
  }

  /** Makes room: the templates least used go, a tenth of all. */
  private forget(): void {
    const byUse = [...this.live].sort(
      (a, b) => a.count - b.count || a.lastUse - b.lastUse || a.order - b.order,
    );
    for (const template of byUse.slice(0, Math.ceil(this.max / 10))) {
      this.index.remove(template);
      this.live.delete(template);
      template.successor = template;
      this.forgotten++;
      this.forgottenTexts += template.count;
    }
    this.table.clear();
  }
}

function isEvidence(alike: readonly Template[], place: number): boolean {
  const { pieces } = alike[0]!;
  const words = pieces.filter(({ kind }, n) => n !== place && kind === PieceKind.word).length;
  const caution = CAUTION[Math.min(words, CAUTION.length - 1)]!;
  if (caution === Number.POSITIVE_INFINITY) return false;
  const kinds = alike.map((template) => template.pieces[place]!.kind);
  if (kinds.includes(PieceKind.open)) return true;
  const values = kinds.filter((kind) => kind !== PieceKind.word).length;
  if (values >= 2) return true;
  const wanted = EVIDENCE * caution * (place === 0 && values === 0 ? FIRST_WORD_CAUTION : 1);
  return kinds.length + values >= wanted;
}

/** How many words two templates of one length share; 0 when they share too few, or their punctuation differs. */
function sameWords(one: Template, other: Template): number {
  let same = 0;
  let different = 0;
  for (let n = 0; n < one.keys.length; n++) {
    const piece = one.pieces[n]!;
    const isSame = one.keys[n] === other.keys[n];
    if (!isSame && (piece.kind === PieceKind.mark || other.pieces[n]!.kind === PieceKind.mark)) return 0;
    if (!isSame) different++;
    else if (piece.kind === PieceKind.word || piece.kind === PieceKind.mixed) same++;
  }
  return same >= 2 && same > different ? same : 0;
}

/** The two words before a place, undefined when these are not words. */
function contextOf({ keys, pieces }: Template, place: number): string | undefined {
  const isWord = (n: number) => pieces[n]?.kind === PieceKind.word;
  return isWord(place - 1) && isWord(place - 2) ? `${keys[place - 2]} ${keys[place - 1]}` : undefined;
}

function idOf(pieces: readonly TemplatePiece[]): string {
  const text = pieces.map(({ kind, text }) => (kind === PieceKind.value ? "<>" : text)).join("\u0000");
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

function exampleOf(bytes: Uint8Array, start: number, end: number): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).utf8Slice(
    start,
    Math.min(end, start + 4 * EXAMPLE_CHARACTERS_MAX),
  );
  return text.slice(0, EXAMPLE_CHARACTERS_MAX);
}
