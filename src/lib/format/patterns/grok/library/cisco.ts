/**
 * Cisco's syslog header, and messages of ASA firewalls by their numbers: "Cisco Secure Firewall ASA Series Syslog
 * Messages".
 */
export const CISCO = String.raw`
CISCOTIMESTAMP %{MONTH} +%{MONTHDAY}(?: %{YEAR})? %{TIME}
CISCOTAG [A-Z0-9_]+-%{INT}-(?:[A-Z0-9_]+)
CISCO_TAGGED_SYSLOG ^(?:<%{POSINT:syslog_pri|[log][syslog][priority]:int}>)?(?:\d+: )?[*.]?%{CISCOTIMESTAMP:timestamp}\
  (?: %{SYSLOGHOST:sysloghost|[host][hostname]})? ?:? %%{CISCOTAG:ciscotag|[cisco][asa][tag]}:
CISCO_ACTION (?:Built|Teardown|Deny|Denied|denied|requested|permitted|denied by ACL|discarded|est-allowed|Dropping|created|deleted)
CISCO_REASON (?:Duplicate TCP SYN|Failed to locate egress interface|Invalid transport field|No matching connection|DNS Response|DNS Query|\
  (?:\w+\s*)*)
CISCO_DIRECTION (?:[Ii]nbound|[Oo]utbound)
CISCO_INTERVAL (?:first hit|%{INT}-second interval)
CISCO_XLATE_TYPE (?:static|dynamic)
CISCO_OUTCOME %{CISCO_ACTION:action|[cisco][asa][outcome]}
CISCO_WAY %{CISCO_DIRECTION:direction|[cisco][asa][network][direction]}
CISCO_PROTO %{WORD:protocol|[cisco][asa][network][transport]}
CISCO_SRC %{IP:src_ip|[source][ip]}(?:/%{INT:src_port:int|[source][port]:int})?
CISCO_DST %{IP:dst_ip|[destination][ip]}(?:/%{INT:dst_port:int|[destination][port]:int})?
CISCO_SRC_USER (?:\((?<src_fwuser|[source][user][name]>[^()]*)\))
CISCO_DST_USER (?:\((?<dst_fwuser|[destination][user][name]>[^()]*)\))
CISCO_SRC_IF (?<src_interface|[observer][ingress][interface][name]>[^\s:]+)
CISCO_DST_IF (?<dst_interface|[observer][egress][interface][name]>[^\s:]+)
CISCO_INTERFACE (?<interface|[observer][egress][interface][name]>\S+)
CISCO_SRC_IP_USER %{CISCO_SRC_IF}:%{IP:src_ip|[source][ip]}(?: ?%{CISCO_SRC_USER})?
CISCO_DST_IP_USER %{CISCO_DST_IF}:%{IP:dst_ip|[destination][ip]}(?: ?%{CISCO_DST_USER})?
CISCO_SRC_HOST_PORT_USER %{CISCO_SRC_IF}:(?:%{IP:src_ip|[source][ip]}|%{HOSTNAME:src_ip|[source][address]})(?:/%{INT:src_port:int|[source][port]:int})?(?: ?%{CISCO_SRC_USER})?
CISCO_DST_HOST_PORT_USER %{CISCO_DST_IF}:(?:%{IP:dst_ip|[destination][ip]}|%{HOSTNAME:dst_ip|[destination][address]})(?:/%{INT:dst_port:int|[destination][port]:int})?(?: ?%{CISCO_DST_USER})?
CISCO_ICMP type %{INT:icmp_type:int|[cisco][asa][icmp_type]:int},? code %{INT:icmp_code:int|[cisco][asa][icmp_code]:int}
CISCO_HASHES \[(?<hashcode1|>[^,\]]*), (?<hashcode2|>[^\]]*)\]
CISCO_POLICY (?<policy_id|[cisco][asa][rule_name]>[^"\s]+)
CISCO_HITCOUNT_INTERVAL hit-cnt %{INT:hit_count:int|[cisco][asa][hit_count]:int} (?<interval|>(?:first hit|%{INT:|[cisco][asa][interval]:int}-second interval))
CISCOFW104001 \((?:Primary|Secondary)\) Switching to ACTIVE - %{GREEDYDATA:switch_reason|[event][reason]}
CISCOFW104002 \((?:Primary|Secondary)\) Switching to STANDBY - %{GREEDYDATA:switch_reason|[event][reason]}
CISCOFW104003 \((?:Primary|Secondary)\) Switching to FAILED\.
CISCOFW104004 \((?:Primary|Secondary)\) Switching to OK\.
CISCO_MONITORED (?<interface_name|[network][interface][name]>\S+)
CISCOFW105003 \((?:Primary|Secondary)\) Monitoring on [Ii]nterface %{CISCO_MONITORED} waiting
CISCOFW105004 \((?:Primary|Secondary)\) Monitoring on [Ii]nterface %{CISCO_MONITORED} normal
CISCOFW105005 \((?:Primary|Secondary)\) Lost Failover communications with mate on [Ii]nterface %{CISCO_MONITORED}
CISCOFW105008 \((?:Primary|Secondary)\) Testing [Ii]nterface %{CISCO_MONITORED}
CISCOFW105009 \((?:Primary|Secondary)\) Testing on [Ii]nterface %{CISCO_MONITORED} (?:Passed|Failed)
CISCOFW106001 %{CISCO_WAY} %{CISCO_PROTO} connection %{CISCO_OUTCOME} from %{CISCO_SRC} to %{CISCO_DST} flags (?<tcp_flags|[cisco][asa][tcp_flags]>.+?) on interface %{CISCO_INTERFACE}
CISCOFW106006_106007_106010 %{CISCO_OUTCOME} %{CISCO_WAY} %{CISCO_PROTO} (?:from|src) %{CISCO_SRC}(?: ?%{CISCO_SRC_USER})? (?:to|dst) %{CISCO_DST}(?: ?%{CISCO_DST_USER})?\
  (?: on interface %{CISCO_INTERFACE}| due to %{CISCO_REASON:reason|[event][reason]})
CISCOFW106014 %{CISCO_OUTCOME} %{CISCO_WAY} %{CISCO_PROTO} src %{CISCO_SRC_IP_USER} dst %{CISCO_DST_IP_USER} ?\(%{CISCO_ICMP}\)
CISCOFW106015 %{CISCO_OUTCOME} %{CISCO_PROTO} \((?<policy_id|[cisco][asa][rule_name]>[^)]*)\) from %{CISCO_SRC} to %{CISCO_DST} flags (?<tcp_flags|[cisco][asa][tcp_flags]>.+?) +on interface %{CISCO_INTERFACE}
CISCOFW106021 %{CISCO_OUTCOME} %{CISCO_PROTO} reverse path check from %{CISCO_SRC} to %{CISCO_DST} on interface %{CISCO_INTERFACE}
CISCOFW106023 %{CISCO_OUTCOME}(?: protocol)? %{CISCO_PROTO} src %{CISCO_SRC_HOST_PORT_USER} dst %{CISCO_DST_HOST_PORT_USER}(?: \(%{CISCO_ICMP}\))? by access-group "?%{CISCO_POLICY}"?(?: %{CISCO_HASHES})?
CISCOFW106100_2_3 access-list %{CISCO_POLICY} %{CISCO_OUTCOME} %{CISCO_PROTO} for user '?(?<src_fwuser|[user][name]>[^']*?)'? %{CISCO_SRC_IF}/%{IP:src_ip|[source][ip]}\(%{INT:src_port:int|[source][port]:int}\) -> \
  %{CISCO_DST_IF}/%{IP:dst_ip|[destination][ip]}\(%{INT:dst_port:int|[destination][port]:int}\) %{CISCO_HITCOUNT_INTERVAL}(?: %{CISCO_HASHES})?
CISCOFW106100 access-list %{CISCO_POLICY} %{CISCO_OUTCOME} %{CISCO_PROTO} (?<src_interface|[observer][ingress][interface][name]>[^\s/]+)/%{IP:src_ip|[source][ip]}\(%{INT:src_port:int|[source][port]:int}\)(?: ?%{CISCO_SRC_USER})? -> \
  (?<dst_interface|[observer][egress][interface][name]>[^\s/]+)/%{IP:dst_ip|[destination][ip]}\(%{INT:dst_port:int|[destination][port]:int}\)(?: ?%{CISCO_DST_USER})? %{CISCO_HITCOUNT_INTERVAL}(?: %{CISCO_HASHES})?
CISCOFW110002 %{CISCO_REASON:reason|[event][reason]} for %{CISCO_PROTO} from %{CISCO_SRC_IF}:%{CISCO_SRC} to %{CISCO_DST}
CISCOFW302010 %{INT:connection_count:int|[cisco][asa][connections][in_use]:int} in use, %{INT:connection_count_max:int|[cisco][asa][connections][most_used]:int} most used
CISCOFW302013_302014_302015_302016 %{CISCO_OUTCOME}(?: %{CISCO_WAY})? %{CISCO_PROTO} connection %{INT:connection_id|[cisco][asa][connection_id]} for %{CISCO_SRC_IF}:%{CISCO_SRC}\
  (?: \(%{IP:src_mapped_ip|[source][nat][ip]}/%{INT:src_mapped_port:int|[source][nat][port]:int}\))?(?: ?%{CISCO_SRC_USER})? to %{CISCO_DST_IF}:%{CISCO_DST}\
  (?: \(%{IP:dst_mapped_ip|[destination][nat][ip]}/%{INT:dst_mapped_port:int|[destination][nat][port]:int}\))?(?: ?%{CISCO_DST_USER})?\
  (?: duration (?<duration|[cisco][asa][duration]>\d+:\d\d:\d\d) bytes %{INT:bytes:int|[network][bytes]:int})?(?: (?<reason|[event][reason]>[^()]+?))?(?: \((?<user|[user][name]>[^()]*)\))?$
CISCOFW302020_302021 %{CISCO_OUTCOME}(?: %{CISCO_WAY})? %{CISCO_PROTO} connection for faddr %{IP:dst_ip|[destination][ip]}/%{INT:icmp_seq_num:int|[cisco][asa][icmp_seq]:int}(?: ?\((?<fwuser|[destination][user][name]>[^()]*)\))? \
  gaddr %{IP:src_xlated_ip|[source][nat][ip]}/%{INT:icmp_code_xlated:int|[cisco][asa][icmp_type]:int} laddr %{IP:src_ip|[source][ip]}/%{INT:icmp_code:int|}(?: ?\((?<user|[source][user][name]>[^()]*)\))?
CISCOFW304001 %{IP:src_ip|[source][ip]}(?: ?%{CISCO_SRC_USER})? Accessed URL %{IP:dst_ip|[destination][ip]}:%{GREEDYDATA:dst_url|[url][original]}
CISCOFW305011 %{CISCO_OUTCOME} %{CISCO_XLATE_TYPE:xlate_type|} %{CISCO_PROTO} translation from %{CISCO_SRC_IF}:%{CISCO_SRC}(?: ?%{CISCO_SRC_USER})? to \
  (?<src_xlated_interface|[observer][egress][interface][name]>[^\s:]+):%{IP:src_xlated_ip|[destination][ip]}/%{INT:src_xlated_port:int|[destination][port]:int}
CISCOFW313001_313004_313008 %{CISCO_OUTCOME} %{CISCO_PROTO} type=%{INT:icmp_type:int|[cisco][asa][icmp_type]:int}, code=%{INT:icmp_code:int|[cisco][asa][icmp_code]:int} from %{IP:src_ip|[source][ip]} on interface %{CISCO_INTERFACE}\
  (?: to %{IP:dst_ip|[destination][ip]})?
CISCOFW313005 (?<reason|[event][reason]>No matching connection) for %{CISCO_PROTO} error message: %{WORD:err_protocol|} src (?<err_src_interface|[observer][ingress][interface][name]>[^\s:]+):%{IP:err_src_ip|[source][ip]}(?: ?\((?<err_src_fwuser|[source][user][name]>[^()]*)\))? \
  dst (?<err_dst_interface|[observer][egress][interface][name]>[^\s:]+):%{IP:err_dst_ip|[destination][ip]}(?: ?\((?<err_dst_fwuser|[destination][user][name]>[^()]*)\))? \(type %{INT:err_icmp_type:int|[cisco][asa][icmp_type]:int}, code %{INT:err_icmp_code:int|[cisco][asa][icmp_code]:int}\) \
  on %{NOTSPACE:interface|} interface\.? +Original IP payload: %{WORD:protocol|[cisco][asa][original_ip_payload][network][transport]} src %{IP:orig_src_ip|[cisco][asa][original_ip_payload][source][ip]}/%{INT:orig_src_port:int|[cisco][asa][original_ip_payload][source][port]:int}(?: ?\((?<orig_src_fwuser|[cisco][asa][original_ip_payload][source][user][name]>[^()]*)\))? \
  dst %{IP:orig_dst_ip|[cisco][asa][original_ip_payload][destination][ip]}/%{INT:orig_dst_port:int|[cisco][asa][original_ip_payload][destination][port]:int}(?: ?\((?<orig_dst_fwuser|[cisco][asa][original_ip_payload][destination][user][name]>[^()]*)\))?
CISCOFW321001 Resource '(?<resource_name|[cisco][asa][resource][name]>[^']*)' limit of %{POSINT:resource_limit:int|[cisco][asa][resource][limit]:int} reached for system
CISCOFW402117 %{WORD:protocol|[cisco][asa][network][type]}: Received a non-IPSec (?:packet )?\(protocol= ?%{WORD:orig_protocol|[cisco][asa][network][transport]}\) (?:packet )?from %{IP:src_ip|[source][ip]} to %{IP:dst_ip|[destination][ip]}\.?
CISCOFW402119 %{WORD:protocol|[cisco][asa][network][type]}: Received an? %{WORD:orig_protocol|[cisco][asa][ipsec][protocol]} packet \(SPI= ?(?<spi|[cisco][asa][ipsec][spi]>\w+), sequence number= ?(?<seq_num|[cisco][asa][ipsec][seq_num]>\w+)\) \
  from %{IP:src_ip|[source][ip]} \(user= ?(?<user|[source][user][name]>[^)]*)\) to %{IP:dst_ip|[destination][ip]} that failed anti-replay checking\.?
CISCOFW419001 %{CISCO_OUTCOME} %{CISCO_PROTO} packet from %{CISCO_SRC_IF}:%{CISCO_SRC} to %{CISCO_DST_IF}:%{CISCO_DST}, reason: %{GREEDYDATA:reason|[event][reason]}
CISCOFW419002 (?<reason|[event][reason]>Duplicate TCP SYN) from %{CISCO_SRC_IF}:%{CISCO_SRC} to %{CISCO_DST_IF}:%{CISCO_DST} with different initial sequence number
CISCOFW500004 (?<reason|[event][reason]>Invalid transport field) for protocol=%{CISCO_PROTO}, from %{CISCO_SRC} to %{CISCO_DST}
CISCOFW602303_602304 %{WORD:protocol|[cisco][asa][network][type]}: An %{CISCO_WAY} (?<tunnel_type|[cisco][asa][ipsec][tunnel_type]>.+?) SA \(SPI= ?(?<spi|[cisco][asa][ipsec][spi]>\w+)\) between %{IP:src_ip|[source][ip]} and %{IP:dst_ip|[destination][ip]} \
  \(user= ?(?<user|[source][user][name]>[^)]*)\) has been %{CISCO_OUTCOME}\.?
CISCOFW710001_710002_710003_710005_710006 %{CISCO_PROTO} (?:request|access) %{CISCO_OUTCOME}(?: by ACL)? from %{CISCO_SRC} to %{CISCO_DST_IF}:%{CISCO_DST}
CISCOFW713172 Group = (?<group|[cisco][asa][source][group]>[^,]+), IP = %{IP:src_ip|[source][ip]}, Automatic NAT Detection Status: +Remote end +(?<is_remote_natted|>is|is not) behind a NAT device +This +end +(?<is_local_natted|>is|is not) behind a NAT device
CISCOFW733100 \[\s*(?<drop_type|[cisco][asa][burst][object]>.+?)\s*\] drop (?<drop_rate_id|[cisco][asa][burst][id]>\S+) exceeded\. Current burst rate is %{INT:drop_rate_current_burst:int|[cisco][asa][burst][current_rate]:int} per second, max configured rate is %{INT:drop_rate_max_burst:int|[cisco][asa][burst][configured_rate]:int}; \
  Current average rate is %{INT:drop_rate_current_avg:int|[cisco][asa][burst][avg_rate]:int} per second, max configured rate is %{INT:drop_rate_max_avg:int|[cisco][asa][burst][configured_avg_rate]:int}; Cumulative total count is %{INT:drop_total_count:int|[cisco][asa][burst][cumulative_count]:int}
`;
