import type { Format } from "../../format.js";
import { LogLayout } from "../layout.js";

/** GLib's messages: `(program:pid): Domain-LEVEL **: time: message`. */
export const glib: Format = {
  name: "glib",
  aliases: ["gtk"],
  summary: "messages of GLib and GTK programs",
  auto: true,
  openings: ["other"],
  starts: "(*",
  hasContinuations: true,
  reference: "https://docs.gtk.org/glib/logging.html; glib/gmessages.c (g_log_writer_format_fields)",
  examples: [
    {
      line: "(shop:31): Gtk-WARNING **: 10:00:01.123: few left",
      event:
        '{"level":"warn","service":"shop","pid":31,"logger":"Gtk","time":"10:00:01.123","message":"few left"}',
    },
    {
      line: "** (shop:31): CRITICAL **: 10:00:01.123: no stock",
      event: '{"level":"fatal","service":"shop","pid":31,"time":"10:00:01.123","message":"no stock"}',
    },
    { line: "(shop:31): few left", event: undefined },
    { line: "(see page 31): a WARNING", event: undefined },
  ],
  create: ({ nowMs }) => ({ parse: (line, event) => LAYOUT.parse(line, event, nowMs()) }),
};

const LAYOUT = new LogLayout(
  "(?:\\*\\* )?\\((?<service>[\\w.-]{1,100}):(?<pid>\\d{1,10})\\): (?:(?<logger>[\\w.-]{1,100})-)?(?<level>ERROR|CRITICAL|WARNING|INFO|DEBUG)(?: \\*\\*)?: " +
    "(?:(?<time>\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,6})?): )?(?<message>.*)",
);
