/**
 * Access logs of Amazon's services, by the pages of their user guides: S3, Classic and Application Load Balancer,
 * CloudFront.
 */
export const AWS = String.raw`
S3_REQUEST_LINE %{WORD:verb|[http][request][method]} %{NOTSPACE:request|[url][original]}(?: HTTP/%{NUMBER:httpversion|[http][version]})?
S3_ACCESS_LOG %{NOTSPACE:owner|[aws][s3access][bucket_owner]} %{NOTSPACE:bucket|[aws][s3access][bucket]} \
  \[%{HTTPDATE:timestamp}\] (?:-|%{IP:clientip|[client][ip]}) (?:-|%{NOTSPACE:requester|[client][user][id]}) \
  %{NOTSPACE:request_id|[aws][s3access][request_id]} %{NOTSPACE:operation|[aws][s3access][operation]} \
  (?:-|%{NOTSPACE:key|[aws][s3access][key]}) (?:-|"(?:-|(?<|[aws][s3access][request_uri]>%{S3_REQUEST_LINE})|%{DATA:rawrequest|})") \
  (?:-|%{INT:response:int|[http][response][status_code]:int}) (?:-|%{NOTSPACE:error_code|[aws][s3access][error_code]}) \
  (?:-|%{INT:bytes:int|[aws][s3access][bytes_sent]:int}) (?:-|%{INT:object_size:int|[aws][s3access][object_size]:int}) \
  (?:-|%{INT:request_time_ms:int|[aws][s3access][total_time]:int}) (?:-|%{INT:turnaround_time_ms:int|[aws][s3access][turn_around_time]:int}) \
  (?:-|"(?:-|%{DATA:referrer|[http][request][referrer]})") (?:-|"(?:-|%{DATA:agent|[user_agent][original]})") \
  (?:-|%{NOTSPACE:version_id|[aws][s3access][version_id]})\
  (?: (?:-|%{NOTSPACE:host_id|[aws][s3access][host_id]}) (?:-|%{NOTSPACE:signature_version|[aws][s3access][signature_version]}) \
  (?:-|%{NOTSPACE:cipher|[tls][cipher]}) (?:-|%{NOTSPACE:authentication_type|[aws][s3access][authentication_type]}) \
  (?:-|%{NOTSPACE:host_header|[aws][s3access][host_header]}) (?:-|%{NOTSPACE:tls_version|[aws][s3access][tls_version]}))?
ELB_URIHOST %{IPORHOST:|[url][domain]}(?::%{POSINT:port:int|[url][port]:int})?
ELB_URIPATHQUERY %{URIPATH:path|[url][path]}(?<params|>\?%{URIQUERY:|[url][query]})?
ELB_URIPATHPARAM %{ELB_URIPATHQUERY}
ELB_URI %{URIPROTO:proto|[url][scheme]}://(?:%{USER:|[url][username]}(?::[^@\s]*)?@)?(?<urihost|>%{ELB_URIHOST})?%{ELB_URIPATHQUERY}?
ELB_REQUEST_LINE (?:%{WORD:verb|[http][request][method]} %{ELB_URI:request|[url][original]}(?: HTTP/%{NUMBER:httpversion|[http][version]})?\
  |%{DATA:rawrequest|})
ELB_TIMES %{NUMBER:request_processing_time:float|[aws][elb][request_processing_time][sec]:float} \
  %{NUMBER:backend_processing_time:float|[aws][elb][backend_processing_time][sec]:float} \
  %{NUMBER:response_processing_time:float|[aws][elb][response_processing_time][sec]:float}
ELB_V1_HTTP_LOG %{TIMESTAMP_ISO8601:timestamp} %{NOTSPACE:elb|[aws][elb][name]} \
  %{IP:clientip|[source][ip]}:%{INT:clientport:int|[source][port]:int} \
  (?:-|%{IP:backendip|[aws][elb][backend][ip]}:%{INT:backendport:int|[aws][elb][backend][port]:int}) %{ELB_TIMES} \
  (?:-|%{INT:response:int|[http][response][status_code]:int}) (?:-|%{INT:backend_response:int|[aws][elb][backend][http][response][status_code]:int}) \
  %{INT:received_bytes:int|[http][request][body][bytes]:int} %{INT:bytes:int|[http][response][body][bytes]:int} "%{ELB_REQUEST_LINE}"\
  (?: "(?:-|%{DATA:agent|[user_agent][original]})" (?:-|%{NOTSPACE:ssl_cipher|[tls][cipher]}) (?:-|%{NOTSPACE:ssl_protocol|[aws][elb][ssl_protocol]}))?
ELB_ACCESS_LOG %{ELB_V1_HTTP_LOG}
ALB_ACCESS_LOG (?<type|[aws][elb][type]>https?|h2|grpcs|wss?) %{ELB_V1_HTTP_LOG} \
  (?:-|%{NOTSPACE:target_group_arn|[aws][elb][target_group][arn]}) "(?:-|%{DATA:trace_id|[aws][elb][trace_id]})" \
  "(?:-|%{DATA:domain_name|[destination][domain]})" "(?:-|%{DATA:chosen_cert_arn|[aws][elb][chosen_cert][arn]})" \
  (?:-1|-|%{INT:matched_rule_priority:int|[aws][elb][matched_rule_priority]:int})\
  (?: %{TIMESTAMP_ISO8601:request_creation_time|[event][start]} "(?:-|%{DATA:actions_executed|[aws][elb][action_executed]})" \
  "(?:-|%{DATA:redirect_url|[aws][elb][redirect_url]})" "(?:-|%{DATA:error_reason|[aws][elb][error][reason]})".*)?
CLOUDFRONT_ACCESS_LOG (?<timestamp>\d{4}-%{MONTHNUM}-%{MONTHDAY}\t%{TIME})\t%{NOTSPACE:x_edge_location|[aws][cloudfront][x_edge_location]}\t\
  (?:-|%{INT:sc_bytes:int|[destination][bytes]:int})\t%{IPORHOST:clientip|[source][ip]}\t%{WORD:cs_method|[http][request][method]}\t\
  %{HOSTNAME:cs_host|[url][domain]}\t%{NOTSPACE:cs_uri_stem|[url][path]}\t(?:000|%{INT:sc_status:int|[http][response][status_code]:int})\t\
  (?:-|(?<referrer|[http][request][referrer]>[^\t]*))\t(?:-|(?<agent|[user_agent][original]>[^\t]*))\t(?:-|(?<cs_uri_query|[url][query]>[^\t]*))\t\
  (?:-|(?<cookies|[aws][cloudfront][http][request][cookie]>[^\t]*))\t%{WORD:x_edge_result_type|[aws][cloudfront][x_edge_result_type]}\t\
  %{NOTSPACE:x_edge_request_id|[aws][cloudfront][x_edge_request_id]}\t(?:-|%{HOSTNAME:x_host_header|[aws][cloudfront][http][request][host]})\t\
  %{URIPROTO:cs_protocol|[network][protocol]}\t(?:-|%{INT:cs_bytes:int|[source][bytes]:int})\t%{NUMBER:time_taken:float|[aws][cloudfront][time_taken]:float}\t\
  (?:-|(?<x_forwarded_for|[network][forwarded_ip]>[^\t]*))\t(?:-|(?<ssl_protocol|[aws][cloudfront][ssl_protocol]>[^\t]*))\t\
  (?:-|%{NOTSPACE:ssl_cipher|[tls][cipher]})\t%{WORD:x_edge_response_result_type|[aws][cloudfront][x_edge_response_result_type]}%{CLOUDFRONT_2019}?
CLOUDFRONT_2019 \t(?:-|HTTP/%{NUMBER:httpversion|[http][version]})\t(?:-|(?<fle_status|[aws][cloudfront][fle_status]>[^\t]*))\t\
  (?:-|(?<fle_encrypted_fields|[aws][cloudfront][fle_encrypted_fields]>[^\t]*))\t(?:-|%{INT:clientport:int|[source][port]:int})\t\
  (?:-|%{NUMBER:time_to_first_byte:float|[aws][cloudfront][time_to_first_byte]:float})\t\
  (?:-|(?<x_edge_detailed_result_type|[aws][cloudfront][x_edge_detailed_result_type]>[^\t]*))\t(?:-|%{NOTSPACE:sc_content_type|[http][request][mime_type]})\t\
  (?:-|%{INT:sc_content_len:int|[aws][cloudfront][http][request][size]:int})\t\
  (?:-|%{INT:sc_range_start:int|[aws][cloudfront][http][request][range][start]:int})\t\
  (?:-|%{INT:sc_range_end:int|[aws][cloudfront][http][request][range][end]:int})
VPC_FLOW_LOG %{INT:version:int|[aws][vpcflow][version]:int} (?:-|%{NOTSPACE:account_id|[cloud][account][id]}) \
  %{NOTSPACE:interface_id|[aws][vpcflow][interface_id]} (?:-|%{IP:srcaddr|[source][ip]}) (?:-|%{IP:dstaddr|[destination][ip]}) \
  (?:-|%{INT:srcport:int|[source][port]:int}) (?:-|%{INT:dstport:int|[destination][port]:int}) (?:-|%{INT:protocol:int|[network][iana_number]}) \
  (?:-|%{INT:packets:int|[network][packets]:int}) (?:-|%{INT:bytes:int|[network][bytes]:int}) %{INT:start:int|[aws][vpcflow][start]:int} \
  %{INT:end:int|[aws][vpcflow][end]:int} (?:-|%{WORD:action|[aws][vpcflow][action]}) %{WORD:log_status|[aws][vpcflow][log_status]}
`;
