/** Ways of writing a time, to print what is then read back. */

const MONTHS = "January February March April May June July August September October November December".split(
  " ",
);
const DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
export const two = (n: number) => String(n).padStart(2, "0");

/** A wall clock's date and time with what layouts are made of. */
export class Wall {
  readonly date: Date;
  constructor(second: number) {
    this.date = new Date(second * 1000);
  }
  get y() {
    return String(this.date.getUTCFullYear());
  }
  get yy() {
    return this.y.slice(2);
  }
  get m() {
    return two(this.date.getUTCMonth() + 1);
  }
  get d() {
    return two(this.date.getUTCDate());
  }
  /** Without a nought. */
  get d1() {
    return String(this.date.getUTCDate());
  }
  get d_() {
    return this.d1.padStart(2);
  }
  get mon() {
    return this.month.slice(0, 3);
  }
  get month() {
    return MONTHS[this.date.getUTCMonth()]!;
  }
  get day() {
    return DAYS[this.date.getUTCDay()]!;
  }
  get clock() {
    return this.date.toISOString().slice(11, 19);
  }
  get clock12() {
    const hour = this.date.getUTCHours();
    return `${hour % 12 === 0 ? 12 : hour % 12}${this.clock.slice(2)}`;
  }
  get half() {
    return this.date.getUTCHours() < 12 ? "AM" : "PM";
  }
  get ordinal() {
    const start = Date.UTC(this.date.getUTCFullYear(), 0, 1);
    return String(Math.floor((this.date.getTime() - start) / 86_400_000) + 1).padStart(3, "0");
  }
}

/** Layouts with a year, and what may stand behind the seconds: `f` a fraction, `z` a zone. */
export const LAYOUTS: Readonly<Record<string, (w: Wall, f: string, z: string) => string>> = {
  "RFC 3339": (w, f, z) => `${w.y}-${w.m}-${w.d}T${w.clock}${f}${z}`,
  log4j: (w, f, z) => `${w.y}-${w.m}-${w.d} ${w.clock}${f.replace(".", ",")}${z}`,
  "Go's log": (w, f, z) => `${w.y}/${w.m}/${w.d} ${w.clock}${f}${z}`,
  gin: (w, f) => `${w.y}/${w.m}/${w.d} - ${w.clock}${f}`,
  points: (w, f) => `${w.y}.${w.m}.${w.d} ${w.clock}${f}`,
  Db2: (w, f) => `${w.y}-${w.m}-${w.d}-${w.clock.replaceAll(":", ".")}${f}`,
  "NX-OS": (w, f, z) => `${w.y} ${w.mon} ${w.d_} ${w.clock}${f}${z}`,
  "month's name in ISO": (w, f) => `${w.y}-${w.mon}-${w.d} ${w.clock}${f}`,
  "ordinal date": (w, f, z) => `${w.y}-${w.ordinal}T${w.clock}${f}${z}`,
  compact: (w, f, z) => `${w.y}${w.m}${w.d}T${w.clock.replaceAll(":", "")}${f}${z}`,
  "compact date": (w, f) => `${w.y}${w.m}${w.d}-${w.clock}${f}`,
  digits: (w, f) => `${w.y}${w.m}${w.d}${w.clock.replaceAll(":", "")}${f}`,
  "MySQL of old": (w, f) => `${w.yy}${w.m}${w.d} ${w.clock.replace(/^0/, " ")}${f}`,
  "common log": (w, f, z) => `${w.d}/${w.mon}/${w.y}:${w.clock}${f}${z === "" ? "" : ` ${z.trim()}`}`,
  Tomcat: (w, f) => `${w.d}-${w.mon}-${w.y} ${w.clock}${f}`,
  Oracle: (w, f) => `${w.d}-${w.mon.toUpperCase()}-${w.yy} ${w.clock}${f}`,
  Redis: (w, f) => `${w.d} ${w.mon} ${w.y} ${w.clock}${f}`,
  "RFC 2822": (w, f, z) =>
    `${w.day.slice(0, 3)}, ${w.d1} ${w.mon} ${w.y} ${w.clock}${f}${z === "" ? "" : ` ${z.trim()}`}`,
  "RFC 850": (w, _f, z) => `${w.day}, ${w.d}-${w.mon}-${w.yy} ${w.clock}${z}`,
  ctime: (w, f) => `${w.day.slice(0, 3)} ${w.mon} ${w.d_} ${w.clock}${f} ${w.y}`,
  "date(1)": (w, _f, z) =>
    `${w.day.slice(0, 3)} ${w.mon} ${w.d_} ${w.clock}${z === "" ? " UTC" : ` ${z.trim()}`} ${w.y}`,
  "Ruby's Time": (w, _f, z) =>
    `${w.day.slice(0, 3)} ${w.mon} ${w.d} ${w.clock}${z === "" ? " +0000" : ` ${z.trim()}`} ${w.y}`,
  router: (w, f, z) => `${w.mon} ${w.d_} ${w.y} ${w.clock}${f}${z}`,
  "java.util.logging": (w) => `${w.mon} ${w.d}, ${w.y} ${w.clock12} ${w.half}`,
  "java.util.logging of 9": (w) => `${w.mon} ${w.d1}, ${w.y}, ${w.clock12}\u202f${w.half}`,
  "month in full": (w, f) => `${w.month} ${w.d1}, ${w.y} ${w.clock}${f}`,
  systemd: (w, f) => `${w.day.slice(0, 3)} ${w.y}-${w.m}-${w.d} ${w.clock}${f} UTC`,
  kanji: (w) => `${w.y}年${w.m}月${w.d}日 ${w.clock}`,
  "kanji to the second": (w) => `${w.y}年${w.m}月${w.d}日 ${w.clock.replace(":", "時").replace(":", "分")}秒`,
  "zh-TW": (w) => `${w.y}/${w.m}/${w.d} ${w.half === "AM" ? "上午" : "下午"} ${w.clock12}`,
  "ko-KR": (w) => `${w.y}. ${w.m}. ${w.d}. ${w.half === "AM" ? "오전" : "오후"} ${w.clock12}`,
  "fractions behind a colon": (w, f) =>
    `${w.y}-${w.m}-${w.d} ${w.clock}${f === "" ? "" : `:${f.slice(1, 4).padEnd(3, "0")}`}`,
};

export const NUMBERED: Readonly<Record<string, (w: Wall, f: string) => string>> = {
  mdy: (w, f) => `${w.m}/${w.d}/${w.y} ${w.clock}${f}`,
  dmy: (w, f) => `${w.d}/${w.m}/${w.y} ${w.clock}${f}`,
  ymd: (w, f) => `${w.yy}/${w.m}/${w.d} ${w.clock}${f}`,
};

export const YEARLESS: Readonly<Record<string, (w: Wall, f: string) => string>> = {
  "RFC 3164": (w, f) => `${w.mon} ${w.d_} ${w.clock}${f}`,
  "Redis of old": (w, f) => `${w.d} ${w.mon} ${w.clock}${f}`,
  logcat: (w, f) => `${w.m}-${w.d} ${w.clock}${f}`,
};
