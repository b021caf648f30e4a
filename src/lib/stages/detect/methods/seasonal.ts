import { type Method, roughly } from "../method.js";
import { DAY, learn, profileSize, usualAt, WEEK } from "../profile.js";
import { deviationSentence, floorOf } from "./deviations.js";

const SEEN = 0;
const MEAN = 1;
const SPREAD = 2;
const DAYS = 3;
const WEEKS = DAYS + profileSize(DAY);
/** Deviations that make a surprise of 1, and beyond which a value no longer widens what is usual. */
const STANDARD = 5;
const CUT = 4;
const FEWEST = 8;
const MEMORY = 1000;
/** Mean absolute deviations to standard deviations, of normal values. */
const CONSISTENT = 1.2533;
/** What `kind` says: where the expected value is from. */
const ALL = 0;
const OF_DAY = 1;
const OF_WEEK = 2;

/** A mean for each hour of the week once two weeks are known, of the day once a day is known, of all values before. */
export const seasonal: Method = {
  name: "seasonal",
  summary: "deviations from what is usual for the hour of the day and of the week (UTC)",
  size: WEEKS + profileSize(WEEK),
  observe(memory, at, timeMs, value, finding) {
    const seen = ++memory[at + SEEN]!;
    learn(memory, at + DAYS, DAY, timeMs, value);
    learn(memory, at + WEEKS, WEEK, timeMs, value);
    const ofWeek = usualAt(memory, at + WEEKS, WEEK, timeMs, 2);
    const ofDay = usualAt(memory, at + DAYS, DAY, timeMs, 1);
    finding.kind = Number.isNaN(ofWeek) ? (Number.isNaN(ofDay) ? ALL : OF_DAY) : OF_WEEK;
    finding.expected = [memory[at + MEAN]!, ofDay, ofWeek][finding.kind]!;
    finding.seen = seen - 1;

    const isYoung = seen <= FEWEST;
    const spread = Math.max(CONSISTENT * memory[at + SPREAD]!, floorOf(finding.expected));
    const distance = value - finding.expected;
    finding.detail = isYoung ? 0 : distance / spread;
    finding.surprise = Math.abs(finding.detail) / STANDARD;
    const newest = Math.max(1 / seen, 1 / MEMORY);
    memory[at + MEAN]! += newest * (value - memory[at + MEAN]!);
    const cut = isYoung ? Math.abs(distance) : Math.min(Math.abs(distance), CUT * spread);
    if (seen > 1) memory[at + SPREAD]! += Math.max(1 / (seen - 1), 1 / MEMORY) * (cut - memory[at + SPREAD]!);
  },
  explain: ({ detail, expected, kind }, subject, value) =>
    deviationSentence(
      subject,
      value,
      detail,
      kind === ALL
        ? `the mean ${roughly(expected)}`
        : `the usual ${roughly(expected)} for this hour${kind === OF_WEEK ? " of the week" : ""}`,
    ),
};
