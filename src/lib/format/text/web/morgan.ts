import type { Format } from "../../format.js";
import { LogLayout, parseLayouts } from "../layout.js";

/** Requests as Express's logger prints them when it is not told to print Apache's format: dev, tiny and short. */
export const morgan: Format = {
  name: "morgan",
  aliases: ["express"],
  summary: "requests of Express: morgan's dev, tiny and short",
  auto: true,
  openings: ["upper", "address", "other"],
  reference: "https://github.com/expressjs/morgan#predefined-formats",
  examples: [
    {
      line: "GET /cart?id=7 404 0.853 ms - 139",
      event:
        '{"method":"GET","path":"/cart?id=7","status":404,"duration_ms":0.853,"bytes":139,"message":"GET /cart?id=7"}',
    },
    {
      line: "POST /cart 201 - - 12.021 ms",
      event: '{"method":"POST","path":"/cart","status":201,"duration_ms":12.021,"message":"POST /cart"}',
    },
    {
      line: "::1 - GET /cart HTTP/1.1 200 139 - 0.853 ms",
      event:
        '{"client_ip":"::1","method":"GET","path":"/cart","protocol":"HTTP/1.1","status":200,"bytes":139,"duration_ms":0.853,"message":"GET /cart"}',
    },
    { line: "GET /cart 404 took 3 ms", event: undefined },
    { line: "GET /cart 404 0.853 ms - 139 of 200", event: undefined },
    { line: "GET the cart in 0.853 ms", event: undefined },
  ],
  create: ({ nowMs }) => ({
    parse: (line, event) => ENDS.test(line.slice(-24)) && parseLayouts(LAYOUTS, line, event, nowMs()),
  }),
};

const ENDS = / ms(?: - (?:\d{1,15}|-))?$/;
const REQUEST = "(?<message>(?<method>[A-Z]{3,10}) (?<path>[/*h][^ ]{0,8191}))";
const STATUS = "(?<status>[1-5]\\d\\d)";
const TIME = "(?<duration_ms>\\d{1,9}\\.\\d{1,3}) ms";
const BYTES = "(?<bytes>\\d{1,15}|-)";
const LAYOUTS = [
  new LogLayout(`${REQUEST} ${STATUS} ${TIME} - ${BYTES}`),
  new LogLayout(`${REQUEST} ${STATUS} ${BYTES} - ${TIME}`),
  new LogLayout(
    `(?<client_ip>[\\da-fA-F.:]{2,45}) (?<user>[^ ]{1,100}) (?<message>(?<method>[A-Z]{3,10}) (?<path>[/*h][^ ]{0,8191})) (?<protocol>HTTP/[\\d.]{1,5}) ${STATUS} ${BYTES} - ${TIME}`,
  ),
];
