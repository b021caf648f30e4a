/** Time zones by their letters. */
import { table } from "../table.js";

/**
 * Letters that the tz database of today and RFC 2822 (section 4.3) use for one zone, and their minutes east of UTC;
 * BST: see decision 0044.
 */
const ONE_MEANING: Readonly<Record<string, number>> = table({
  Z: 0,
  UTC: 0,
  UT: 0,
  GMT: 0,
  WET: 0,
  WEST: 60,
  BST: 60,
  CET: 60,
  MET: 60,
  WAT: 60,
  CEST: 120,
  MEST: 120,
  EET: 120,
  CAT: 120,
  SAST: 120,
  EEST: 180,
  EAT: 180,
  IDT: 180,
  MSK: 180,
  TRT: 180,
  IRST: 210,
  IRDT: 270,
  AZT: 240,
  PKT: 300,
  UZT: 300,
  YEKT: 300,
  NPT: 345,
  BTT: 360,
  OMST: 360,
  MMT: 390,
  ICT: 420,
  KRAT: 420,
  WIB: 420,
  AWST: 480,
  HKT: 480,
  IRKT: 480,
  MYT: 480,
  PHT: 480,
  SGT: 480,
  ULAT: 480,
  WITA: 480,
  JST: 540,
  KST: 540,
  YAKT: 540,
  ACST: 570,
  AEST: 600,
  CHST: 600,
  VLAT: 600,
  ACDT: 630,
  AEDT: 660,
  MAGT: 660,
  FJT: 720,
  NZST: 720,
  PETT: 720,
  NZDT: 780,
  NDT: -150,
  ADT: -180,
  ART: -180,
  BRT: -180,
  CLST: -180,
  UYT: -180,
  BRST: -120,
  NST: -210,
  AST: -240,
  BOT: -240,
  CLT: -240,
  EDT: -240,
  CDT: -300,
  COT: -300,
  EST: -300,
  PET: -300,
  CST: -360,
  MDT: -360,
  MST: -420,
  PDT: -420,
  AKDT: -480,
  PST: -480,
  AKST: -540,
  HDT: -540,
  HST: -600,
  SST: -660,
});

/** Letters that several zones use. They mean one of these only where the zone of the source is known. */
const SEVERAL_MEANINGS: Readonly<Record<string, readonly number[]>> = table({
  IST: [330, 120, 60],
  AMT: [240, -240],
  BDT: [360, 480],
  ECT: [-300, 60],
  GST: [240, -120],
  WST: [780, -660, 480],
  VET: [-240, -270],
  ALMT: [300, 360],
  NOVT: [420, 360],
  PYT: [-180, -240],
  // RFC 2822 settles these; in Shanghai, Havana, Manila and Sydney they mean another.
  CST: [-360, 480, -300],
  CDT: [-300, -240, 540],
  PST: [-480, 480],
  EST: [-300, 600],
  BST: [60, 360, 660],
  AST: [-240, 180],
  MST: [-420, 480, 390],
  SST: [-660, 480],
});

/** All letters known here. */
export function zoneLetters(): string[] {
  return [...new Set([...Object.keys(ONE_MEANING), ...Object.keys(SEVERAL_MEANINGS)])];
}

/** Whether the letters are those of a time zone, known or of several meanings. In capitals. */
export function isZoneLetters(text: string): boolean {
  return Object.hasOwn(ONE_MEANING, text) || Object.hasOwn(SEVERAL_MEANINGS, text);
}

/**
 * Minutes east of UTC of a zone's letters, in any case. Of several meanings that one which is an offset of the source's
 * own zone, else that of RFC 2822, else none: a guess would move the event by hours.
 */
export function minutesOfLetters(text: string, ownOffsets: readonly number[]): number | undefined {
  const letters = text.toUpperCase();
  const meanings = Object.hasOwn(SEVERAL_MEANINGS, letters) ? SEVERAL_MEANINGS[letters] : undefined;
  const own = meanings?.find((minutes) => ownOffsets.includes(minutes));
  return own ?? (Object.hasOwn(ONE_MEANING, letters) ? ONE_MEANING[letters] : undefined);
}
