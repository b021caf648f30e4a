import type { Format } from "../format.js";
import { apacheError } from "./apache-error.js";
import { clusterFormats } from "./clusters/registry.js";
import { goFormats } from "./go/registry.js";
import { jvmFormats } from "./jvm/registry.js";
import { klog } from "./klog.js";
import { log4j } from "./log4j.js";
import { nginxError } from "./nginx-error.js";
import { python } from "./python.js";
import { redis } from "./redis.js";
import { ruby } from "./ruby.js";
import { tracing } from "./rust.js";
import { systemFormats } from "./system/registry.js";
import { webFormats } from "./web/registry.js";

/** Text logs of programs, in the order in which `auto` tries them: the most particular first. */
export const textFormats: readonly Format[] = [
  nginxError,
  apacheError,
  klog,
  redis,
  ruby,
  ...clusterFormats,
  ...goFormats,
  ...webFormats,
  ...jvmFormats,
  ...systemFormats,
  tracing,
  python,
  log4j,
];
