import type { Format } from "../format.js";
import { integer, measure, request, status, text, time, withPort } from "../tables/columns.js";
import { positional } from "./positional.js";

/**
 * Access logs of AWS Application Load Balancers, with the columns that were added over the years. Names are those of
 * AWS in its own manual, but for `client_ip`, `client_port`, `status`, `request_bytes` (received), `bytes` (sent),
 * `method`, `url`, `protocol`. `*_processing_time` are seconds, -1 where there was none.
 */
export const awsAlb: Format = {
  name: "aws-alb",
  aliases: ["alb"],
  summary: "access logs of AWS Application Load Balancers",
  auto: true,
  openings: ["lower"],
  starts: "hwg",
  reference:
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html",
  examples: [
    {
      line: 'https 2026-11-21T10:00:01.186641Z app/shop/50dc6c495c0c9188 192.0.2.7:2817 10.0.0.1:8080 0.086 0.048 0.037 200 200 0 57 "GET https://shop.example:443/cart HTTP/1.1" "curl/8.5.0" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/shop/73e2d6bc24d8a067 "Root=1-58337281-1d84f3d73c47ec4e58577259" "shop.example" "-" 1 2026-11-21T10:00:00.364000Z "waf,forward" "-" "-" "10.0.0.1:8080" "200" "-" "-" TID_1',
      event:
        '{"type":"https","timestamp":"2026-11-21T10:00:01.186641Z","elb":"app/shop/50dc6c495c0c9188","client_ip":"192.0.2.7","client_port":2817,' +
        '"target_ip":"10.0.0.1","target_port":8080,"request_processing_time":0.086,"target_processing_time":0.048,' +
        '"response_processing_time":0.037,"status":200,"target_status":200,"request_bytes":0,"bytes":57,"method":"GET",' +
        '"url":"https://shop.example:443/cart","protocol":"HTTP/1.1","user_agent":"curl/8.5.0","ssl_cipher":"ECDHE-RSA-AES128-GCM-SHA256",' +
        '"ssl_protocol":"TLSv1.2","target_group_arn":"arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/shop/73e2d6bc24d8a067",' +
        '"trace_id":"Root=1-58337281-1d84f3d73c47ec4e58577259","domain_name":"shop.example","matched_rule_priority":1,' +
        '"request_creation_time":"2026-11-21T10:00:00.364000Z","actions_executed":"waf,forward","target_port_list":"10.0.0.1:8080",' +
        '"target_status_code_list":"200","conn_trace_id":"TID_1"}',
    },
    {
      line: 'http 2026-11-21T10:00:01.920977Z app/shop/7f0dc2b05788640f 2001:db8::7:57720 - -1 -1 -1 460 - 0 0 "GET http://shop.example:80/ HTTP/1.1" "-" - - - "-" "-" "-"',
      event:
        '{"type":"http","timestamp":"2026-11-21T10:00:01.920977Z","elb":"app/shop/7f0dc2b05788640f","client_ip":"2001:db8::7","client_port":57720,' +
        '"request_processing_time":-1,"target_processing_time":-1,"response_processing_time":-1,"status":460,"request_bytes":0,"bytes":0,' +
        '"method":"GET","url":"http://shop.example:80/","protocol":"HTTP/1.1"}',
    },
    { line: "http 2026-11-21T10:00:01.920977Z app/shop/7f0dc2b05788640f 192.0.2.7:5 -", event: undefined },
    { line: "http server listens at 2026-11-21T10:00:01Z", event: undefined },
  ],
  create: () => positional(COLUMNS, { least: 17, first: FIRST }),
};

const FIRST = /^(?:https?|h2|grpcs|wss?) \d{4}-\d\d-\d\dT[\d:.]{8,20}Z app\//;
const COLUMNS = [
  text("type"),
  time("timestamp"),
  text("elb"),
  withPort("client_ip", "client_port"),
  withPort("target_ip", "target_port"),
  measure("request_processing_time"),
  measure("target_processing_time"),
  measure("response_processing_time"),
  status("status"),
  status("target_status"),
  integer("request_bytes"),
  integer("bytes"),
  request("url"),
  text("user_agent"),
  text("ssl_cipher"),
  text("ssl_protocol"),
  text("target_group_arn"),
  text("trace_id"),
  text("domain_name"),
  text("chosen_cert_arn"),
  measure("matched_rule_priority"),
  time("request_creation_time"),
  text("actions_executed"),
  text("redirect_url"),
  text("error_reason"),
  text("target_port_list"),
  text("target_status_code_list"),
  text("classification"),
  text("classification_reason"),
  text("conn_trace_id"),
];
