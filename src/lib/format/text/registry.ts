import type { Format } from "../format.js";
import { apacheError } from "./apache-error.js";
import { klog } from "./klog.js";
import { log4j } from "./log4j.js";
import { nginxError } from "./nginx-error.js";
import { python } from "./python.js";
import { redis } from "./redis.js";
import { ruby } from "./ruby.js";

/** Text logs of programs, in the order in which `auto` tries them: the most particular first. */
export const textFormats: readonly Format[] = [nginxError, apacheError, klog, redis, ruby, python, log4j];
