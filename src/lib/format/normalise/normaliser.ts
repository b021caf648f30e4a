import { Guess, noteGuess } from "../../base/time/assumed.js";
import { Event } from "../../event/event.js";
import { scaleOfNumber } from "../../event/level-words.js";
import { rawPath } from "../../event/rows/field-path.js";
import type { EventWriter } from "../../event/writer.js";
import { JsonFault, scanMembers } from "../../json/members.js";
import { type LevelCandidate, levelAmong, plainNumber } from "../levels/level-choice.js";
import { isWindowsEvent, windowsLevel } from "../levels/windows-event.js";
import { readValue } from "./readings.js";
import {
  OWN_READINGS,
  type Reading,
  RULES,
  WELL_KNOWN,
  type WellKnown,
  type WellKnownRule,
} from "./well-known.js";

/** The fields of one record before normalisation. */
export interface Fields {
  readonly names: readonly string[];
  /**
   * Names that mean something else here than in other records: a firewall's `hostname` is that of the web site. They
   * stay as they are.
   */
  readonly unclaimed?: ReadonlySet<string> | undefined;
  /** JSON text of the value of field `i`. */
  raw(i: number): string;
  /** Writes fields `first` to `last`, both included, as they are. */
  copy(first: number, last: number, event: EventWriter): void;
}

/**
 * Gives fields their well-known names and values by the table in `normalise.ts`. A renamed field keeps its place. Of
 * duplicate keys the last one counts, the others pass under their own name. One instance serves one parser.
 */
export class Normaliser {
  /** For each well-known field, what has been chosen in the record at hand. */
  private readonly chosen: (Choice | undefined)[] = WELL_KNOWN.map(() => undefined);
  /** All that could be the level of the record at hand. */
  private readonly levels: LevelChoice[] = [];
  /** A number that was read as a level, though it is another one elsewhere. */
  private doubtfulLevel: string | undefined;
  /** The names of the record at hand, once they have been asked for. */
  private present: Set<string> | undefined;
  /** Whether what was read last is a level of Windows' scale. */
  private isOfWindows = false;

  write(fields: Fields, event: EventWriter, unclaimed = fields.unclaimed): void {
    const changes = this.choose(fields, unclaimed);
    if (changes === 0) {
      if (fields.names.length > 0) fields.copy(0, fields.names.length - 1, event);
      return;
    }
    let next = 0;
    for (let i = 0; i < fields.names.length; i++) {
      if (!this.isTaken(i)) continue;
      if (i > next) fields.copy(next, i - 1, event);
      next = i + 1;
      this.writeTaken(fields, i, event);
    }
    if (next < fields.names.length) fields.copy(next, fields.names.length - 1, event);
    for (const [target, choice] of this.chosen.entries()) {
      if (choice?.claim.isCopied) event.json(WELL_KNOWN[target]!, choice.value);
    }
  }

  /** JSON text of what the fields that `write` has last written have under this name; undefined when there is none. */
  written(fields: Fields, name: string): string | undefined {
    const target = WELL_KNOWN.indexOf(name as WellKnown);
    const choice = target < 0 ? undefined : this.chosen[target];
    if (choice !== undefined) return choice.value;
    const i = fields.names.lastIndexOf(name);
    return i < 0 || this.isTaken(i) ? undefined : fields.raw(i);
  }

  /** Fills `chosen`; how many fields have to change. */
  private choose(fields: Fields, unclaimed: ReadonlySet<string> | undefined): number {
    const { names } = fields;
    this.chosen.fill(undefined);
    this.present = undefined;
    this.levels.length = 0;
    for (let i = 0; i < names.length; i++) {
      const claims = CLAIMS.get(names[i]!);
      if (claims === undefined || unclaimed?.has(names[i]!) === true) continue;
      for (const claim of claims) this.consider(fields, i, claim);
    }
    if (this.levels.length > 1) this.chooseLevel();
    this.doubtfulLevel = this.levels.length > 0 ? this.notedNumber(fields) : undefined;
    let changes = 0;
    for (let target = 0; target < this.chosen.length; target++) {
      const choice = this.chosen[target];
      if (choice === undefined) continue;
      if (choice.isUnchanged) this.chosen[target] = undefined;
      else changes++;
    }
    return changes;
  }

  private consider(fields: Fields, i: number, claim: Claim): void {
    const rival = this.chosen[claim.target];
    const isBehind = rival !== undefined && rival.claim.rank < claim.rank;
    if (isBehind && claim.target !== LEVEL) return;
    if (claim.beside !== undefined && !claim.beside.every((name) => this.has(fields, name))) return;
    if (claim.isOfWindows === true && !isWindowsEvent((name) => this.has(fields, name))) return;
    const raw = fields.raw(i);
    if (claim.rank === OWN_RANK) {
      const value = claim.reading === undefined ? raw : (this.read(fields, i, claim.reading, raw) ?? raw);
      this.take({ claim, index: i, value, isUnchanged: value === raw }, raw, isBehind);
      return;
    }
    const inside = claim.path === undefined ? raw : this.lookInside(fields, i, claim, raw);
    const value =
      inside === undefined || claim.reading === undefined
        ? undefined
        : this.read(fields, i, claim.reading, inside);
    if (value !== undefined) this.take({ claim, index: i, value, isUnchanged: false }, inside!, isBehind);
  }

  private read(fields: Fields, i: number, reading: Reading, raw: string): string | undefined {
    const level =
      reading === "level" ? windowsLevel(fields.names[i]!, raw, (name) => this.has(fields, name)) : undefined;
    this.isOfWindows = level !== undefined;
    return level ?? readValue(reading, raw);
  }

  private take(choice: Choice, raw: string, isBehind: boolean): void {
    const { target, reading, rank } = choice.claim;
    if (!isBehind) this.chosen[target] = choice;
    if (target !== LEVEL) return;
    const { value } = choice;
    const level = {
      choice,
      reading: this.isOfWindows ? "level-windows" : reading === "level-otel" ? reading : "level",
      raw,
      value,
      isOwn: rank === OWN_RANK,
    } as const;
    // Of a key that comes twice the last value counts.
    const twin = this.levels.findIndex((other) => other.choice.claim === choice.claim);
    if (twin < 0) this.levels.push(level);
    else this.levels[twin] = level;
  }

  /** A field `level` keeps its name, whichever field is believed. */
  private chooseLevel(): void {
    this.levels.sort((a, b) => a.choice.claim.rank - b.choice.claim.rank);
    const own = this.chosen[LEVEL]!;
    const { choice, value } = levelAmong(this.levels);
    if (choice === own) return;
    this.chosen[LEVEL] = own.claim.rank === OWN_RANK ? { ...own, value, isUnchanged: false } : choice;
  }

  /** Notes of a level that is a number whose it was taken for; gives the number where it could well be another's. */
  private notedNumber(fields: Fields): string | undefined {
    const level = this.levels.find(({ choice }) => choice === this.chosen[LEVEL]);
    if (level === undefined || level.reading !== "level") return undefined;
    const scale = scaleOfNumber(plainNumber(level.raw) ?? "");
    // GELF says what its numbers are.
    if (scale === undefined || (scale === "syslog" && this.has(fields, "short_message"))) return undefined;
    noteGuess(NOTED[scale]);
    return scale === "syslog" && !this.has(fields, LEVEL_NUMBER) ? level.raw : undefined;
  }

  /**
   * JSON text of the member that a claim speaks of, or undefined when the field is no such object or cannot be opened.
   */
  private lookInside(fields: Fields, i: number, claim: Claim, raw: string): string | undefined {
    if (raw.charCodeAt(0) !== 0x7b) return undefined;
    const object = Event.parse(raw);
    if (!(object instanceof Event)) return undefined;
    if (claim.isCopied) return rawPath(object, claim.path!);
    const found = object.raw(claim.path!);
    if (found === undefined) return undefined;
    const wouldClash = object.keys().some((name) => this.has(fields, `${fields.names[i]}.${name}`));
    return wouldClash ? undefined : found;
  }

  private has(fields: Fields, name: string): boolean {
    this.present ??= new Set(fields.names);
    return this.present.has(name);
  }

  private isTaken(i: number): boolean {
    for (const choice of this.chosen) {
      if (choice !== undefined && choice.index === i && !choice.claim.isCopied) return true;
    }
    return false;
  }

  /** Field `i` under its new name; or, if it is an object that was opened, its members. */
  private writeTaken(fields: Fields, i: number, event: EventWriter): void {
    const lifted = new Map<string, number>();
    for (const [target, choice] of this.chosen.entries()) {
      if (choice === undefined || choice.index !== i || choice.claim.isCopied) continue;
      if (choice.claim.path === undefined) {
        event.json(WELL_KNOWN[target]!, choice.value);
        if (target === LEVEL) this.writeLevelNumber(event);
        return;
      }
      lifted.set(choice.claim.path, target);
    }
    const raw = fields.raw(i);
    const members = scanMembers(raw);
    if (members instanceof JsonFault) return;
    for (const [m, name] of members.names.entries()) {
      const target = lifted.get(name);
      if (target !== undefined && members.names.lastIndexOf(name) === m) {
        event.json(WELL_KNOWN[target]!, this.chosen[target]!.value);
        if (target === LEVEL) this.writeLevelNumber(event);
      } else
        event.json(`${fields.names[i]}.${name}`, raw.slice(members.valueStarts[m], members.valueEnds[m]));
    }
  }

  private writeLevelNumber(event: EventWriter): void {
    if (this.doubtfulLevel !== undefined) event.json(LEVEL_NUMBER, this.doubtfulLevel);
  }
}

/** Where a number is kept that was read as a level and may have meant another. */
const LEVEL_NUMBER = "level_number";

const NOTED = { syslog: Guess.syslogLevel, pino: Guess.pinoLevel, monolog: Guess.monologLevel } as const;

/** A rule as seen from one top-level key. */
export interface Claim {
  readonly target: number;
  /** The smaller one wins. */
  readonly rank: number;
  readonly reading: WellKnownRule["reading"] | undefined;
  /** Absent: the value itself. */
  readonly path?: string;
  readonly beside?: readonly string[];
  readonly isOfWindows?: boolean;
  readonly isCopied: boolean;
}

interface Choice {
  readonly claim: Claim;
  readonly index: number;
  readonly value: string;
  readonly isUnchanged: boolean;
}

interface LevelChoice extends LevelCandidate {
  readonly choice: Choice;
}

const LEVEL = WELL_KNOWN.indexOf("level");

/** The rank of a field that has the well-known name already. */
const OWN_RANK = 0;

/** All rules, by the top-level key they look at. */
export const CLAIMS: ReadonlyMap<string, readonly Claim[]> = claimsByKey();

function claimsByKey(): Map<string, readonly Claim[]> {
  const claims = new Map<string, Claim[]>();
  const add = (key: string, claim: Claim) => {
    const known = claims.get(key);
    if (known === undefined) claims.set(key, [claim]);
    else known.push(claim);
  };
  for (const [target, name] of WELL_KNOWN.entries()) {
    add(name, { target, rank: OWN_RANK, reading: OWN_READINGS[name], isCopied: false });
  }
  for (const [i, rule] of RULES.entries()) {
    const target = WELL_KNOWN.indexOf(rule.target);
    const { reading, beside, isOfWindows, isCopied = false } = rule;
    const only = { ...(beside && { beside }), ...(isOfWindows && { isOfWindows }) };
    const claim = { target, rank: i + 1, reading, isCopied, ...only };
    if (!claim.isCopied) add(rule.from, claim);
    const dot = rule.from.indexOf(".");
    if (dot < 0) continue;
    // An object under the well-known name itself (`host: {name}`) is opened before it is taken as it is.
    const rank = rule.from.slice(0, dot) === rule.target ? i - RULES.length : claim.rank;
    add(rule.from.slice(0, dot), { ...claim, rank, path: rule.from.slice(dot + 1) });
  }
  return claims;
}
