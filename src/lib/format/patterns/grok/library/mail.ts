/**
 * Mail and names: Exim's main log (chapter "Log files" of its specification), Postfix's daemons, BIND 9's query log.
 */
export const MAIL = String.raw`
EXIM_MSGID [0-9A-Za-z]{6}-[0-9A-Za-z]{6}(?:[0-9A-Za-z]{5})?-[0-9A-Za-z]{2}(?:[0-9A-Za-z]{2})?
EXIM_FLAGS (?:<=|=>|->|>>|\*>|\*\*|==|<>)
EXIM_DATE %{YEAR:exim_year|}-%{MONTHNUM:exim_month|}-%{MONTHDAY:exim_day|} %{TIME:exim_time|}
EXIM_PID \[%{POSINT:pid:int|[process][pid]:int}\]
EXIM_REMOTE_HOST H=(?:(?<remote_hostname|[source][address]>[^\s\[(]+) )?(?:\((?<remote_heloname|[exim][log][remote_address]>[^)]*)\) )?\
  \[%{IP:remote_host|[source][ip]}\](?::%{POSINT:remote_port:int|[source][port]:int})?
EXIM_INTERFACE I=\[%{IP:exim_interface|[destination][ip]}\](?::%{POSINT:exim_interface_port:int|[destination][port]:int})?
EXIM_PROTOCOL P=%{NOTSPACE:protocol|[network][protocol]}
EXIM_MSG_SIZE S=%{POSINT:exim_msg_size:int|[exim][log][message][size]:int}
EXIM_HEADER_ID id=%{NOTSPACE:exim_header_id|[exim][log][header_id]}
EXIM_QUOTED_CONTENT (?:[^"\\]|\\.)*
EXIM_SUBJECT T=(?<exim_subject|>"%{EXIM_QUOTED_CONTENT:|[exim][log][message][subject]}")
EXIM_UNKNOWN_FIELD [A-Za-z0-9]{1,4}=(?:"%{EXIM_QUOTED_CONTENT}"|\S+)
EXIM_NAMED_FIELDS (?: (?:%{EXIM_REMOTE_HOST}|%{EXIM_INTERFACE}|%{EXIM_PROTOCOL}|%{EXIM_MSG_SIZE}|%{EXIM_HEADER_ID}|%{EXIM_SUBJECT}|%{EXIM_UNKNOWN_FIELD}))*
EXIM_MESSAGE_ARRIVAL %{EXIM_DATE:timestamp} (?:%{EXIM_PID} )?%{EXIM_MSGID:exim_msgid|[exim][log][message][id]} \
  (?<exim_flags|[exim][log][flags]><=) (?:(?<exim_status|[exim][log][status]>[a-z:]) )?(?:<>|%{EMAILADDRESS:exim_sender_email|[exim][log][sender][email]})\
  %{EXIM_NAMED_FIELDS}(?: from <?(?<exim_from|[exim][log][sender][original]>[^\s>]*)>?)?(?: for %{EMAILADDRESS:exim_recipient_email|[exim][log][recipient][email]})?
EXIM_DELIVERY %{EXIM_DATE:timestamp} (?:%{EXIM_PID} )?%{EXIM_MSGID:exim_msgid|[exim][log][message][id]} \
  (?<exim_flags|[exim][log][flags]>=>|->|>>|\*>|\*\*|==) %{NOTSPACE:exim_recipient_email|[exim][log][recipient][email]}\
  (?: <(?<exim_recipient_original|[exim][log][recipient][original]>[^>]*)>)?(?: R=%{NOTSPACE:exim_router|[exim][log][router]})?\
  (?: T=%{NOTSPACE:exim_transport|[exim][log][transport]})?(?: %{GREEDYDATA:exim_details|message})?
EXIM (?:%{EXIM_MESSAGE_ARRIVAL}|%{EXIM_DELIVERY})
POSTFIX_QUEUEID (?:[0-9A-F]{5,16}|[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-z]{10,20}|NOQUEUE)
POSTFIX_PROGRAM postfix(?:-\w+)?/(?<postfix_component|[postfix][component]>[\w/-]+)
POSTFIX_SMTPD_CONNECT (?<postfix_action|[event][action]>(?:dis)?connect|lost connection after \w+) from %{POSTFIX_CLIENT}%{GREEDYDATA}
POSTFIX_CLIENT (?:unknown|%{HOSTNAME:postfix_client_hostname|[source][domain]})\[(?:unknown|%{IP:postfix_client_ip|[source][ip]})\](?::%{POSINT:postfix_client_port:int|[source][port]:int})?
POSTFIX_DELIVERY %{POSTFIX_QUEUEID:postfix_queueid|[postfix][queue_id]}: to=<(?<postfix_to|[postfix][to]>[^>]*)>(?:, orig_to=<(?<postfix_orig_to|[postfix][orig_to]>[^>]*)>)?, \
  relay=(?:none|(?<postfix_relay_hostname|[destination][domain]>[^,\[\s]+)(?:\[(?<postfix_relay_ip|[destination][ip]>[^\]]+)\])?(?::%{POSINT:postfix_relay_port:int|[destination][port]:int})?),\
  (?: conn_use=\d+,)? delay=%{NUMBER:postfix_delay:float|[postfix][delay]:float}, delays=%{NOTSPACE:postfix_delays|[postfix][delays]},(?: dsn=%{NOTSPACE:postfix_dsn|[postfix][dsn]},)? \
  status=%{WORD:postfix_status|[postfix][status]}(?: \(%{DATA:postfix_response|message}\))?$
POSTFIX_QMGR %{POSTFIX_QUEUEID:postfix_queueid|[postfix][queue_id]}: (?:removed|from=<(?<postfix_from|[postfix][from]>[^>]*)>, \
  (?:size=%{INT:postfix_size:int|[postfix][size]:int}, nrcpt=%{INT:postfix_nrcpt:int|[postfix][nrcpt]:int} \(queue %{WORD}\)|status=%{WORD:postfix_status|[postfix][status]}.*))
POSTFIX_CLEANUP %{POSTFIX_QUEUEID:postfix_queueid|[postfix][queue_id]}: message-id=<?(?<postfix_message_id|[postfix][message_id]>[^>\s]*)>?
POSTFIX_RECEIVED %{POSTFIX_QUEUEID:postfix_queueid|[postfix][queue_id]}: client=%{POSTFIX_CLIENT}(?:, sasl_method=\w+)?(?:, sasl_username=%{NOTSPACE:postfix_sasl_username|[user][name]})?
POSTFIX_REJECT %{POSTFIX_QUEUEID:postfix_queueid|[postfix][queue_id]}: (?<postfix_action|[event][action]>reject(?:_warning)?): %{WORD:postfix_stage|[postfix][stage]} from %{POSTFIX_CLIENT}: %{GREEDYDATA:postfix_reason|message}
POSTFIX_MESSAGE (?:%{POSTFIX_DELIVERY}|%{POSTFIX_QMGR}|%{POSTFIX_CLEANUP}|%{POSTFIX_RECEIVED}|%{POSTFIX_REJECT}|%{POSTFIX_SMTPD_CONNECT}|%{GREEDYDATA:message})
POSTFIX %{SYSLOGTIMESTAMP:timestamp} %{SYSLOGHOST:logsource|[host][hostname]} %{POSTFIX_PROGRAM}\[%{POSINT:pid:int|[process][pid]:int}\]: %{POSTFIX_MESSAGE}
BIND9_TIMESTAMP %{MONTHDAY}-%{MONTH}-%{YEAR} %{TIME}
BIND9_DNSTYPE (?:A|AAAA|CAA|CNAME|DNSKEY|DS|HTTPS|LOC|MX|NAPTR|NS|NSEC3?|PTR|RRSIG|SOA|SPF|SRV|SSHFP|SVCB|TLSA|TXT|URI|ANY|AXFR|IXFR|TYPE\d+)
BIND9_CATEGORY [a-z-]+
BIND9_QUERYLOGBASE client(?: @0x[0-9a-f]+)? %{IP:clientip|[client][ip]}#%{POSINT:clientport:int|[client][port]:int} \((?<query|[bind][log][question][name]>[^)]*)\):(?: view \S+:)? \
  query: (?<query|[dns][question][name]>\S+) (?:(?<|[dns][question][class]>IN|CH|HS|ANY) )(?<querytype|>%{BIND9_DNSTYPE:|[dns][question][type]}(?: (?<|[bind][log][question][flags]>[^\s(]+(?:\(\d+\)\S*)?))?)\
  (?: \(%{IP:dns|[server][ip]}\))?
BIND9_QUERYLOG %{BIND9_TIMESTAMP:timestamp} (?:%{BIND9_CATEGORY:|[bind][log][category]}: )?%{LOGLEVEL:loglevel|[log][level]}: %{BIND9_QUERYLOGBASE}
BIND9 %{BIND9_QUERYLOG}
`;
