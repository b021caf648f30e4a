/**
 * Firewalls and routers: the kernel's netfilter LOG target with the prefixes of Shorewall and SuSEfirewall2, NetScreen
 * traffic logs, the session logs of Junos.
 */
export const NETWORK = String.raw`
IPTABLES_TCP_FLAGS (?:CWR|ECE|URG|ACK|PSH|RST|SYN|FIN)(?: (?:CWR|ECE|URG|ACK|PSH|RST|SYN|FIN)(?![A-Z]))*
IPTABLES_TCP_PART (?:SEQ=%{INT:nf_seq|[iptables][tcp][seq]:int} ACK=%{INT:nf_ack|[iptables][tcp][ack]:int} )?WINDOW=%{INT:nf_window:int|[iptables][tcp][window]:int} \
  RES=0x%{BASE16NUM:nf_res|[iptables][tcp_reserved_bits]} (?<nf_flags|[iptables][tcp][flags]>%{IPTABLES_TCP_FLAGS})
IPTABLES4_FRAG (?:(?:CE|DF|MF) ?)+
IPTABLES4_PART SRC=%{IPV4:nf_src_ip|[source][ip]} DST=%{IPV4:nf_dst_ip|[destination][ip]} LEN=%{INT:nf_len:int|[iptables][length]:int} \
  TOS=(?<nf_tos|>(?:0x)?%{BASE16NUM:|[iptables][tos]})(?: PREC=(?<nf_prec|>(?:0x)?%{BASE16NUM:|[iptables][precedence_bits]}))? TTL=%{INT:nf_ttl:int|[iptables][ttl]:int} \
  ID=%{INT:nf_id|[iptables][id]}(?: (?<|[iptables][fragment_flags]>(?:CE|DF|MF)(?: (?:CE|DF|MF))*))?(?: FRAG:%{INT:nf_frag|[iptables][fragment_offset]:int})?
IPTABLES6_PART SRC=%{IPV6:nf_src_ip|[source][ip]} DST=%{IPV6:nf_dst_ip|[destination][ip]} LEN=%{INT:nf_len:int|[iptables][length]:int} \
  TC=%{BASE16NUM:nf_tos|[iptables][tos]} HOPLIMIT=%{INT:nf_ttl:int|[iptables][ttl]:int} FLOWLBL=%{INT:nf_flowlbl|[iptables][flow_label]}
IPTABLES IN=(?:%{NOTSPACE:nf_in_interface|[observer][ingress][interface][name]})?(?: PHYSIN=\S+)? OUT=(?:%{NOTSPACE:nf_out_interface|[observer][egress][interface][name]})?\
  (?: PHYSOUT=\S+)?(?: MAC=(?:%{COMMONMAC:nf_dst_mac|[destination][mac]}:%{COMMONMAC:nf_src_mac|[source][mac]}(?::[0-9A-Fa-f]{2}){0,2})?\S*)? \
  (?:%{IPTABLES4_PART}|%{IPTABLES6_PART}).*? PROTO=%{WORD:nf_protocol|[network][transport]}\
  (?: SPT=%{INT:nf_src_port:int|[source][port]:int} DPT=%{INT:nf_dst_port:int|[destination][port]:int}(?: %{IPTABLES_TCP_PART})?)?
SHOREWALL %{SYSLOGTIMESTAMP:timestamp} %{HOSTNAME:nf_host|[observer][hostname]} (?:%{PROG}(?:\[\d+\])?: )?(?:\[ *[\d.]+\] )?\
  .*?Shorewall:(?:%{WORD:nf_action1|[shorewall][firewall][type]})?:(?:%{WORD:nf_action2|[shorewall][firewall][action]})?:? ?%{IPTABLES}
SFW2_LOG_PREFIX SFW2-(?:IN\w*|OUT\w*|FWD\w*)-(?<nf_action|[suse][firewall][action]>\S+)
SFW2 (?:%{SYSLOGTIMESTAMP:timestamp}|%{TIMESTAMP_ISO8601:timestamp}) %{HOSTNAME:|[observer][hostname]} .*?%{SFW2_LOG_PREFIX:|[suse][firewall][log_prefix]} %{IPTABLES}
UFW %{SYSLOGTIMESTAMP:timestamp} %{HOSTNAME:nf_host|[observer][hostname]} .*?\[UFW (?<nf_action|[event][action]>[A-Z ]+)\] %{IPTABLES}
NETSCREENSESSIONLOG %{SYSLOGTIMESTAMP:date|timestamp} %{IPORHOST:device|[observer][hostname]} (?:%{NOTSPACE:|[observer][name]}: )?\
  (?<|[observer][product]>NetScreen) device_id=%{WORD:device_id|[netscreen][device_id]} .*?\
  system-\w+-%{NONNEGINT:|[event][code]}\(%{WORD:|[netscreen][session][type]}\): start_time=(?<start_time|>"(?<|[netscreen][session][start_time]>[^"]*)") \
  duration=%{INT:duration:int|[netscreen][session][duration]:int} policy_id=%{INT:policy_id|[netscreen][policy_id]} \
  service=%{DATA:service|[netscreen][service]} proto=%{INT:proto:int|[netscreen][protocol_number]:int} src zone=%{WORD:src_zone|[observer][ingress][zone]} \
  dst zone=%{WORD:dst_zone|[observer][egress][zone]} action=%{WORD:action|[event][action]} sent=%{INT:sent:int|[source][bytes]:int} \
  rcvd=%{INT:rcvd:int|[destination][bytes]:int} src=%{IPORHOST:src_ip|[source][address]} dst=%{IPORHOST:dst_ip|[destination][address]}\
  (?: src_port=%{INT:src_port:int|[source][port]:int} dst_port=%{INT:dst_port:int|[destination][port]:int})?\
  (?: src-xlated ip=%{IP:src_xlated_ip|[source][nat][ip]} port=%{INT:src_xlated_port:int|[source][nat][port]:int} \
  dst-xlated ip=%{IP:dst_xlated_ip|[destination][nat][ip]} port=%{INT:dst_xlated_port:int|[destination][nat][port]:int})?\
  (?: session_id=%{INT:session_id|[netscreen][session][id]})?(?: reason=%{GREEDYDATA:reason|[netscreen][session][reason]})?
RT_FLOW_TAG (?:RT_FLOW_SESSION_(?:CREATE|CLOSE|DENY)(?:_LS)?|APPTRACK_SESSION_(?:CREATE|CLOSE|VOL_UPDATE))
RT_FLOW_EVENT %{RT_FLOW_TAG}
RT_FLOW_ENDS %{IP:src-ip|[source][ip]}/%{INT:src-port:int|[source][port]:int}->%{IP:dst-ip|[destination][ip]}/%{INT:dst-port:int|[destination][port]:int}
RT_FLOW_NAT %{RT_FLOW_ENDS} (?:0x\w+ )?%{NOTSPACE:service|[juniper][srx][service_name]} %{IP:nat-src-ip|[source][nat][ip]}/%{INT:nat-src-port:int|[source][nat][port]:int}->\
  %{IP:nat-dst-ip|[destination][nat][ip]}/%{INT:nat-dst-port:int|[destination][nat][port]:int} (?:0x\w+ )?(?:(?:source|N/A) rule )?%{NOTSPACE:src-nat-rule-name|[juniper][srx][src_nat_rule_name]} \
  (?:(?:destination|N/A) rule )?%{NOTSPACE:dst-nat-rule-name|[juniper][srx][dst_nat_rule_name]} %{INT:protocol-id|[network][iana_number]} %{NOTSPACE:policy-name|[rule][name]} \
  %{NOTSPACE:from-zone|[observer][ingress][zone]} %{NOTSPACE:to-zone|[observer][egress][zone]} %{INT:session-id|[juniper][srx][session_id]}
RT_FLOW1 %{RT_FLOW_TAG:event|[juniper][srx][tag]}: (?<close-reason|[juniper][srx][reason]>session closed [^:]*): %{RT_FLOW_NAT} \
  \d+\(%{INT:sent:int|[source][bytes]:int}\) \d+\(%{INT:received:int|[destination][bytes]:int}\) %{INT:elapsed-time:int|[juniper][srx][elapsed_time]:int}.*
RT_FLOW2 %{RT_FLOW_TAG:event|[juniper][srx][tag]}: session created %{RT_FLOW_NAT}.*
RT_FLOW3 %{RT_FLOW_TAG:event|[juniper][srx][tag]}: session denied %{RT_FLOW_ENDS} (?:0x\w+ )?%{NOTSPACE:service|[juniper][srx][service_name]} \
  %{INT:protocol-id|[network][iana_number]}(?:\(\d+\))? %{NOTSPACE:policy-name|[rule][name]} %{NOTSPACE:from-zone|[observer][ingress][zone]} %{NOTSPACE:to-zone|[observer][egress][zone]}.*
`;
