/** Letters behind a clock that nobody knows, and that are the letters of a zone all the same. */
import { LEVEL_BEHIND } from "./level-behind.js";

/** Words that end like zones and are none: methods, protocols, parts of programs, stages. */
const WORDS = new Set(
  (
    "ACCT ACT ASST BAT BET BIT BOAT BOLT BOOT CAST CERT CHAT CLNT CONT COST CRIT CRT CUT DAT DEBT DEPT DHT DIST DOT EDIT EVNT EVT EXIT EXT " +
    "FAST FLAT FMT FONT GATT GET GIT HALT HEAT HINT HIT HOST INET INIT INST INT IOT IIOT JIT JUST JWT KIT LAST LEFT LET LIFT LIST LIT " +
    "LOT MGMT MGT MNT MOST MQTT MUST NAT NEST NET NEXT NOT OPT OUT PART PAST PAT PLOT PORT POST PUT QUIT RECT RENT REST RET ROOT RPT RST " +
    "SALT SECT SENT SET SHUT SIT SLOT SOFT SORT SPOT STAT STMT TEST TEXT TGT THAT TNT TXT UAT UNIT VAT VNET VOLT WAIT WANT WHAT XSLT " +
    "BIZ GHZ MHZ TGZ JAZZ QUIZ VIZ BURST FIRST GHOST HOIST QUEST TRUST WORST"
  ).split(" "),
);

/**
 * What tells that letters were a zone: the bracket that began before the date closes behind them; or a level is next.
 */
const BEHIND = new RegExp(`[\\])](?! ?[/(])|${LEVEL_BEHIND}`, "y");

/**
 * Whether capitals that end at `end` are the zone of the clock before them, though not a known one: three or four that
 * end as zones do, in T or Z, or five in ST (`MEZ`, `NOVST`), where nothing else is likely. Other words in capitals
 * before a level are tags of programs: `API ERROR`.
 */
export function isUnknownZone(line: string, start: number, end: number): boolean {
  const last = line.charCodeAt(end - 1);
  if ((last !== 84 && last !== 90) || end - start < 3) return false;
  if (end - start > 4 && line.charCodeAt(end - 2) !== 83) return false;
  const letters = line.slice(start, end);
  if (WORDS.has(letters)) return false;
  BEHIND.lastIndex = end;
  return BEHIND.test(line);
}
