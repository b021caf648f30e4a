import { klogTime } from "../../base/time/read-time.js";
import type { Format } from "../format.js";
import { writeQuoted } from "../line/body.js";
import { LogLayout } from "./layout.js";

/** Kubernetes' klog and Google's glog: `Lmmdd hh:mm:ss.uuuuuu threadid file:line] message`. */
export const klog: Format = {
  name: "klog",
  aliases: ["glog"],
  summary: "Kubernetes components (klog) and C++ programs with glog",
  auto: true,
  starts: "IWEFD",
  hasContinuations: true,
  reference:
    "https://github.com/kubernetes/klog/blob/main/klog.go (header), https://google.github.io/glog/stable/logging/",
  examples: [
    {
      line: "I1121 10:00:01.000123   28133 server.go:70] Started kubelet",
      event:
        '{"timestamp":"2026-11-21T10:00:01.000123Z","level":"info","tid":28133,"file":"server.go","line":70,' +
        '"message":"Started kubelet"}',
    },
    {
      line: "E20251231 23:59:59.5 7 disk_full.cc:9] no space",
      event:
        '{"timestamp":"2025-12-31T23:59:59.5Z","level":"error","tid":7,"file":"disk_full.cc","line":9,"message":"no space"}',
    },
    {
      line: 'I1121 10:00:01.000123   28133 pod.go:70] "Pod is \\"ready\\"" pod="shop/cart-0" took="1.5s" err=null',
      event:
        '{"timestamp":"2026-11-21T10:00:01.000123Z","level":"info","tid":28133,"file":"pod.go","line":70,' +
        '"pod":"shop/cart-0","took":"1.5s","err":null,"message":"Pod is \\"ready\\""}',
    },
    { line: "X1121 10:00:01.000123   28133 server.go:70] Started", event: undefined },
    { line: "I1321 10:00:01.000123   28133 server.go:70] Started", event: undefined },
    { line: "I am no klog line", event: undefined },
  ],
  create: ({ nowMs }) => ({
    parse(line, event) {
      const quoted = line.indexOf('] "');
      const hasPairs = quoted > 0 && HEAD.parse(line.slice(0, quoted + 1), event, nowMs());
      if (hasPairs && writeQuoted(line, quoted + 2, event)) return true;
      event.reset();
      return LAYOUT.parse(line, event, nowMs());
    },
  }),
};

const HEADER =
  "(?<level>[IWEFD])(?<timestamp>(?:\\d{4})?\\d{4} \\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,9})?) +(?<tid>\\d{1,19}) (?<file>[^\\s:\\]]+):(?<line>\\d+)\\]";
const LAYOUT = new LogLayout(`${HEADER} ?(?<message>.*)`, klogTime);
/** Of lines whose text is in quotes, with pairs behind it: `klog.InfoS`. */
const HEAD = new LogLayout(HEADER, klogTime);
