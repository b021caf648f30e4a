import type { Format } from "../format.js";
import { address, matching, text, time } from "../tables/columns.js";
import { positional } from "./positional.js";

/** Query logs of public hosted zones of Amazon Route 53. Those of Route 53 Resolver are JSON. */
export const awsRoute53: Format = {
  name: "aws-route53",
  aliases: ["route53"],
  summary: "DNS query logs of Amazon Route 53 hosted zones",
  auto: true,
  openings: ["address"],
  starts: "1",
  reference: "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/query-logs.html#query-logs-format",
  examples: [
    {
      line: "1.0 2026-11-21T10:00:01.130Z Z123412341234 www.shop.example A NOERROR UDP FRA6 192.0.2.7 198.51.100.0/24",
      event:
        '{"version":"1.0","timestamp":"2026-11-21T10:00:01.130Z","hosted_zone_id":"Z123412341234","query_name":"www.shop.example",' +
        '"query_type":"A","rcode":"NOERROR","transport":"UDP","edge_location":"FRA6","client_ip":"192.0.2.7","edns_client_subnet":"198.51.100.0/24"}',
    },
    {
      line: "1.0 2026-11-21T10:00:01Z Z123412341234 shop.example 99 NXDOMAIN TCP IAD12 2001:db8::7 -",
      event:
        '{"version":"1.0","timestamp":"2026-11-21T10:00:01Z","hosted_zone_id":"Z123412341234","query_name":"shop.example",' +
        '"query_type":"99","rcode":"NXDOMAIN","transport":"TCP","edge_location":"IAD12","client_ip":"2001:db8::7"}',
    },
    { line: "1.0 2026-11-21T10:00:01Z released", event: undefined },
    { line: "1.0 2026-11-21T10:00:01Z Z1 shop.example A NOERROR UDP FRA6 here -", event: undefined },
  ],
  create: () => positional(COLUMNS, { least: 10, first: FIRST }),
};

const FIRST = /^1\.\d \d{4}-\d\d-\d\dT[\d:.]{8,20}Z Z[A-Z0-9]{1,32} /;
const COLUMNS = [
  text("version"),
  time("timestamp"),
  text("hosted_zone_id"),
  text("query_name"),
  matching("query_type", /^[A-Z0-9]{1,16}$/),
  matching("rcode", /^[A-Z0-9]{1,16}$/),
  matching("transport", /^(?:UDP|TCP)$/),
  text("edge_location"),
  address("client_ip"),
  text("edns_client_subnet"),
];
