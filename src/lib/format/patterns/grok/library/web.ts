/**
 * Web servers and proxies: Apache's `mod_log_config` and `ErrorLogFormat`, section 8.2 of HAProxy's configuration
 * manual, Squid's native access log.
 */
export const WEB = String.raw`
HTTPDUSER (?:%{EMAILADDRESS}|%{USER})
HTTPDERROR_DATE %{DAY} %{MONTH} +%{MONTHDAY} %{TIME} %{YEAR}
HTTPD_REQUESTLINE %{WORD:verb|[http][request][method]} %{NOTSPACE:request|[url][original]}(?: HTTP/%{NUMBER:httpversion|[http][version]})?
HTTPD_COMMONLOG %{IPORHOST:clientip|[source][address]} (?:-|%{HTTPDUSER:ident|[apache][access][user][identity]}) \
  (?:-|%{HTTPDUSER:auth|[user][name]}) \[%{HTTPDATE:timestamp}\] "(?:%{HTTPD_REQUESTLINE}|%{DATA:rawrequest|})" \
  (?:-|%{NONNEGINT:response:int|[http][response][status_code]:int}) (?:-|%{NONNEGINT:bytes:int|[http][response][body][bytes]:int})
HTTPD_COMBINEDLOG %{HTTPD_COMMONLOG} "(?:-|(?<referrer|[http][request][referrer]>(?:[^"\\]|\\.)*))" \
  "(?:-|(?<agent|[user_agent][original]>(?:[^"\\]|\\.)*))"
COMMONAPACHELOG %{HTTPD_COMMONLOG}
COMBINEDAPACHELOG %{HTTPD_COMBINEDLOG}
HTTPD_CLIENT \[client %{IPORHOST:clientip|[source][address]}(?::%{POSINT:clientport:int|[source][port]:int})?\]
HTTPD20_ERRORLOG \[%{HTTPDERROR_DATE:timestamp}\] \[%{LOGLEVEL:loglevel|[log][level]}\](?: %{HTTPD_CLIENT})? %{GREEDYDATA:message}
HTTPD24_ERRORLOG \[%{HTTPDERROR_DATE:timestamp}\] \[(?:%{WORD:module|[apache][error][module]})?:%{LOGLEVEL:loglevel|[log][level]}\] \
  \[pid %{POSINT:pid:int|[process][pid]:int}(?::tid %{NONNEGINT:tid:int|[process][thread][id]:int})?\]\
  (?: \(%{POSINT:proxy_errorcode:int|[apache][error][proxy][error][code]}\)(?<proxy_message|[apache][error][proxy][error][message]>[^:\[]+):?)?\
  (?: %{HTTPD_CLIENT})?(?: (?<errorcode|[error][code]>[A-Z]{2}\d{5}):)? %{GREEDYDATA:message}
HTTPD_ERRORLOG (?:%{HTTPD24_ERRORLOG}|%{HTTPD20_ERRORLOG})
HAPROXYTIME %{HOUR:haproxy_hour|}:%{MINUTE:haproxy_minute|}(?::%{SECOND:haproxy_second|})
HAPROXYDATE %{MONTHDAY:haproxy_monthday|}/%{MONTH:haproxy_month|}/%{YEAR:haproxy_year|}:%{HAPROXYTIME:haproxy_time|}\.%{INT:haproxy_milliseconds|}
HAPROXYCAPTUREDREQUESTHEADERS (?<captured_request_headers|[haproxy][http][request][captured_headers]>[^{}]*)
HAPROXYCAPTUREDRESPONSEHEADERS (?<captured_response_headers|[haproxy][http][response][captured_headers]>[^{}]*)
HAPROXYURI (?:%{URIPROTO:http_proto|[url][scheme]}://)?(?:%{USER:http_user|[url][username]}(?::[^@\s]*)?@)?\
  (?<http_host|>%{IPORHOST:|[url][domain]}(?::%{POSINT:|[url][port]:int})?)?\
  (?<http_request|>%{URIPATH:|[url][path]}(?:\?%{URIQUERY:|[url][query]})?)?
HAPROXYHTTPREQUESTLINE (?:<BADREQ>|%{WORD:http_verb|[http][request][method]} (?<|[url][original]>\*|%{HAPROXYURI})\
  (?: HTTP/%{NUMBER:http_version|[http][version]})?)
HAPROXYSTART %{IP:client_ip|[source][address]}:%{INT:client_port|[source][port]:int} \
  \[%{HAPROXYDATE:accept_date|[haproxy][request_date]}\] %{NOTSPACE:frontend_name|[haproxy][frontend_name]} \
  (?<backend_name|[haproxy][backend_name]>[^/\s]+)/(?<server_name|><NOSRV>|%{NOTSPACE:|[haproxy][server_name]})
HAPROXYCOUNTS %{INT:actconn:int|[haproxy][connections][active]:int}/%{INT:feconn:int|[haproxy][connections][frontend]:int}/\
  %{INT:beconn:int|[haproxy][connections][backend]:int}/%{INT:srvconn:int|[haproxy][connections][server]:int}/\
  \+?%{INT:retries:int|[haproxy][connections][retries]:int} %{INT:srv_queue:int|[haproxy][server_queue]:int}/\
  %{INT:backend_queue:int|[haproxy][backend_queue]:int}
HAPROXYHTTPBASE %{HAPROXYSTART} (?:-1|%{INT:time_request:int|[haproxy][http][request][time_wait_ms]:int})/\
  (?:-1|%{INT:time_queue:int|[haproxy][total_waiting_time_ms]:int})/\
  (?:-1|%{INT:time_backend_connect:int|[haproxy][connection_wait_time_ms]:int})/\
  (?:-1|%{INT:time_backend_response:int|[haproxy][http][request][time_wait_without_data_ms]:int})/\
  (?<time_duration|[haproxy][total_time_ms]>\+?\d+) (?:-1|%{INT:http_status_code:int|[http][response][status_code]:int}) \
  %{INT:bytes_read:int|[source][bytes]:int} (?:-|%{NOTSPACE:captured_request_cookie|[haproxy][http][request][captured_cookie]}) \
  (?:-|%{NOTSPACE:captured_response_cookie|[haproxy][http][response][captured_cookie]}) \
  %{NOTSPACE:termination_state|[haproxy][termination_state]} %{HAPROXYCOUNTS}\
  (?: \{%{HAPROXYCAPTUREDREQUESTHEADERS}\}(?: ?\{%{HAPROXYCAPTUREDRESPONSEHEADERS}\})?)? "%{HAPROXYHTTPREQUESTLINE}"?
HAPROXYHEAD (?:%{SYSLOGTIMESTAMP:syslog_timestamp|timestamp}|%{TIMESTAMP_ISO8601:timestamp8601|timestamp}) \
  %{IPORHOST:syslog_server|[host][hostname]} %{SYSLOGPROG}:
HAPROXYHTTP %{HAPROXYHEAD} %{HAPROXYHTTPBASE}
HAPROXYTCP %{HAPROXYHEAD} %{HAPROXYSTART} (?:-1|%{INT:time_queue:int|[haproxy][total_waiting_time_ms]:int})/\
  (?:-1|%{INT:time_backend_connect:int|[haproxy][connection_wait_time_ms]:int})/\
  (?<time_duration|[haproxy][total_time_ms]>\+?\d+) %{INT:bytes_read:int|[source][bytes]:int} \
  %{NOTSPACE:termination_state|[haproxy][termination_state]} %{HAPROXYCOUNTS}
SQUID3_STATUS (?:000|%{POSINT:status_code:int|[http][response][status_code]:int})
SQUID3 %{NUMBER:timestamp} +%{INT:duration:int|[squid][request][duration]:int} %{IP:client_address|[source][ip]} \
  %{WORD:cache_result|[event][action]}/%{SQUID3_STATUS} %{INT:bytes:int|[http][response][bytes]:int} \
  (?:NONE|%{WORD:request_method|[http][request][method]}) (?:-|%{NOTSPACE:url|[url][original]}) (?:-|%{NOTSPACE:user|[user][name]}) \
  %{WORD:hierarchy_code|[squid][hierarchy_code]}/(?:-|%{IPORHOST:server|[destination][address]}) \
  (?:-|%{NOTSPACE:content_type|[http][response][mime_type]})
NGINX_ERRORLOG (?<timestamp>\d{4}/\d\d/\d\d %{TIME}) \[%{LOGLEVEL:loglevel|[log][level]}\] \
  %{POSINT:pid:int|[process][pid]:int}#%{NONNEGINT:tid:int|[process][thread][id]:int}: (?:\*%{POSINT:connection:int|[nginx][error][connection_id]:int} )?\
  %{GREEDYDATA:message}
`;
