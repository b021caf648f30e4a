import type { Format } from "../../format.js";
import { headTime, LogLayout } from "../layout.js";

/** OpenStack's oslo.log: `time pid LEVEL logger [request user project ...] [instance: id] message`. */
export const openstack: Format = {
  name: "openstack",
  aliases: ["oslo"],
  summary: "OpenStack's services (oslo.log): Nova, Neutron, Keystone, Cinder and others",
  auto: true,
  openings: ["iso"],
  behindIsoTime: [" 0"],
  hasContinuations: true,
  reference: "https://docs.openstack.org/oslo.log/latest/configuration/ (logging_context_format_string)",
  examples: [
    {
      line: "2026-11-21 10:00:01.123 31 INFO nova.compute.manager [req-7f3a9c12-0000-4000-8000-0123456789ab ada shop - default default] [instance: 5e2f1a3c-0000-4000-8000-0123456789ab] started",
      event:
        '{"timestamp":"2026-11-21T10:00:01.123Z","level":"info","pid":31,"logger":"nova.compute.manager","request_id":"req-7f3a9c12-0000-4000-8000-0123456789ab","user":"ada","project":"shop","instance":"5e2f1a3c-0000-4000-8000-0123456789ab","message":"started"}',
    },
    {
      line: "2026-11-21 10:00:01.123 31 WARNING keystone.token [-] expired",
      event:
        '{"timestamp":"2026-11-21T10:00:01.123Z","level":"warn","pid":31,"logger":"keystone.token","message":"expired"}',
    },
    { line: "2026-11-31 10:00:01.123 31 INFO nova.compute [-] no such day", event: undefined },
    { line: "2026-11-21 10:00:01.123 31 INFO nova.compute started", event: undefined },
  ],
  create: ({ nowMs }) => ({
    parse: (line, event) =>
      line.charCodeAt(19) === 0x2e && line.charCodeAt(23) === 0x20 && LAYOUT.parse(line, event, nowMs()),
  }),
};

const LAYOUT = new LogLayout(
  "(?<timestamp>\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3}) (?<pid>\\d{1,10}) (?<level>TRACE|DEBUG|INFO|AUDIT|WARNING|ERROR|CRITICAL) (?<logger>[\\w.-]{1,200}) " +
    "\\[(?:-|(?:None )?(?<request_id>req-[0-9a-f-]{8,36})(?: (?<user>[^\\] ]{1,64}))?(?: (?<project>[^\\] ]{1,64}))?[^\\]]{0,200})\\] (?:\\[instance: (?<instance>[0-9a-f-]{36})\\] ?)?(?<message>.*)",
  headTime,
);
