import type { Format } from "../format.js";
import { integer, measure, text, time, withPort } from "../tables/columns.js";
import { positional } from "./positional.js";

/**
 * Access logs of TLS listeners of AWS Network Load Balancers. Times of connections are milliseconds, as AWS writes
 * them.
 */
export const awsNlb: Format = {
  name: "aws-nlb",
  aliases: ["nlb"],
  summary: "TLS access logs of AWS Network Load Balancers",
  auto: true,
  openings: ["lower"],
  starts: "t",
  reference: "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-access-logs.html",
  examples: [
    {
      line: "tls 2.0 2026-11-21T10:00:01 net/shop/c6e77e28c25b2234 g3d4b5e8bb8464cd 192.0.2.7:51341 10.0.0.1:443 5 2 98 246 - arn:aws:acm:eu-west-1:123456789012:certificate/2a1 - ECDHE-RSA-AES128-SHA tlsv12 - shop.example h2 - h2,http/1.1 2026-11-21T09:59:59",
      event:
        '{"type":"tls","version":"2.0","timestamp":"2026-11-21T10:00:01Z","elb":"net/shop/c6e77e28c25b2234","listener":"g3d4b5e8bb8464cd",' +
        '"client_ip":"192.0.2.7","client_port":51341,"target_ip":"10.0.0.1","target_port":443,"connection_time_ms":5,' +
        '"tls_handshake_time_ms":2,"request_bytes":98,"bytes":246,"chosen_cert_arn":"arn:aws:acm:eu-west-1:123456789012:certificate/2a1",' +
        '"ssl_cipher":"ECDHE-RSA-AES128-SHA","ssl_protocol":"tlsv12","domain_name":"shop.example","alpn_fe_protocol":"h2",' +
        '"alpn_client_preference_list":"h2,http/1.1","tls_connection_creation_time":"2026-11-21T09:59:59Z"}',
    },
    {
      line: "tls 2.0 2026-11-21T10:00:01 net/shop/c6e77e28c25b2234 g3d4b5e8bb8464cd 192.0.2.7:51341 10.0.0.1:443 5 - 98 246 48 - - - - - - - - -",
      event:
        '{"type":"tls","version":"2.0","timestamp":"2026-11-21T10:00:01Z","elb":"net/shop/c6e77e28c25b2234","listener":"g3d4b5e8bb8464cd",' +
        '"client_ip":"192.0.2.7","client_port":51341,"target_ip":"10.0.0.1","target_port":443,"connection_time_ms":5,"request_bytes":98,' +
        '"bytes":246,"incoming_tls_alert":"48"}',
    },
    { line: "tls 2.0 handshake failed", event: undefined },
    { line: "tls 2.0 2026-11-21T10:00:01 net/shop/c6e77e28c25b2234 - -", event: undefined },
  ],
  create: () => positional(COLUMNS, { least: 16, first: FIRST }),
};

const FIRST = /^tls \d\.\d \d{4}-\d\d-\d\dT[\d:.]{8,20}Z? net\//;
const COLUMNS = [
  text("type"),
  text("version"),
  time("timestamp"),
  text("elb"),
  text("listener"),
  withPort("client_ip", "client_port"),
  withPort("target_ip", "target_port"),
  measure("connection_time_ms"),
  measure("tls_handshake_time_ms"),
  integer("request_bytes"),
  integer("bytes"),
  text("incoming_tls_alert"),
  text("chosen_cert_arn"),
  text("chosen_cert_serial"),
  text("ssl_cipher"),
  text("ssl_protocol"),
  text("tls_named_group"),
  text("domain_name"),
  text("alpn_fe_protocol"),
  text("alpn_be_protocol"),
  text("alpn_client_preference_list"),
  time("tls_connection_creation_time"),
];
