// Enter here: formats of operating systems and what comes with them.
import type { Format } from "../../format.js";
import { alternatives } from "./alternatives.js";
import { cups } from "./cups.js";
import { glib } from "./glib.js";
import { logcat } from "./logcat.js";
import { strace } from "./strace.js";
import { vmkernel } from "./vmkernel.js";
import { windowsCbs } from "./windows-cbs.js";
import { xorg } from "./xorg.js";

export const systemFormats: readonly Format[] = [
  alternatives,
  windowsCbs,
  vmkernel,
  cups,
  glib,
  logcat,
  xorg,
  strace,
];
