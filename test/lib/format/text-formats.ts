import { apacheError } from "../../../src/lib/format/apache-error.js";
import { combined } from "../../../src/lib/format/combined.js";
import { common } from "../../../src/lib/format/common.js";
import type { Format } from "../../../src/lib/format/format.js";
import { isoText } from "../../../src/lib/format/iso-text.js";
import { klog } from "../../../src/lib/format/klog.js";
import { log4j } from "../../../src/lib/format/log4j.js";
import { nginxError } from "../../../src/lib/format/nginx-error.js";
import { python } from "../../../src/lib/format/python.js";
import { redis } from "../../../src/lib/format/redis.js";
import { ruby } from "../../../src/lib/format/ruby.js";
import { syslog } from "../../../src/lib/format/syslog.js";
import { syslogRfc3164 } from "../../../src/lib/format/syslog-rfc3164.js";
import { syslogRfc5424 } from "../../../src/lib/format/syslog-rfc5424.js";

/** The formats of lines of text, without those of JSON and other structures. */
export const textFormats: readonly Format[] = [
  combined,
  common,
  nginxError,
  apacheError,
  syslogRfc5424,
  syslogRfc3164,
  syslog,
  klog,
  redis,
  ruby,
  python,
  log4j,
  isoText,
];
