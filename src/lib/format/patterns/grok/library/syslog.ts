/**
 * Syslog and what Linux programs write by it: RFC 3164 section 4.1, RFC 5424 section 6, `pam_unix(8)`, `cron(8)`.
 */
export const SYSLOG = String.raw`
SYSLOGTIMESTAMP %{MONTH} +%{MONTHDAY} %{TIME}
PROG [!-Z\\^-~]+
SYSLOGPROG %{PROG:program|[process][name]}(?:\[%{POSINT:pid:int|[process][pid]:int}\])?
SYSLOGHOST %{IPORHOST}
SYSLOGFACILITY <%{NONNEGINT:facility:int|[log][syslog][facility][code]:int}\.%{NONNEGINT:priority:int|[log][syslog][priority]:int}>
SYSLOGBASE %{SYSLOGTIMESTAMP:timestamp} (?:%{SYSLOGFACILITY} )?%{SYSLOGHOST:logsource|[host][hostname]} %{SYSLOGPROG}:
SYSLOGBASE2 (?:%{SYSLOGTIMESTAMP:timestamp}|%{TIMESTAMP_ISO8601:timestamp8601|timestamp}) (?:%{SYSLOGFACILITY} )?\
  %{SYSLOGHOST:logsource|[host][hostname]}(?: %{SYSLOGPROG}:)?
SYSLOGLINE %{SYSLOGBASE2} ?%{GREEDYDATA:message}
SYSLOG5424PRINTASCII [!-~]+
SYSLOG5424PRI <%{NONNEGINT:syslog5424_pri:int|[log][syslog][priority]:int}>
SYSLOG5424SD (?:\[(?:[^\]\\"]|\\.|"(?:[^"\\]|\\.)*")*\])+
SYSLOG5424BASE %{SYSLOG5424PRI}%{NONNEGINT:syslog5424_ver|[system][syslog][version]} +\
  (?:-|%{TIMESTAMP_ISO8601:syslog5424_ts|timestamp}) +(?:-|%{IPORHOST:syslog5424_host|[host][hostname]}) +\
  (?:-|%{SYSLOG5424PRINTASCII:syslog5424_app|[process][name]}) +(?:-|%{SYSLOG5424PRINTASCII:syslog5424_proc|[process][pid]:int}) +\
  (?:-|%{SYSLOG5424PRINTASCII:syslog5424_msgid|[event][code]}) +(?:-|%{SYSLOG5424SD:syslog5424_sd|[system][syslog][structured_data]})?
SYSLOG5424LINE %{SYSLOG5424BASE}(?: +%{GREEDYDATA:syslog5424_msg|message})?
SYSLOGPAMSESSION %{SYSLOGBASE} (?<message>%{WORD:pam_module|[system][auth][pam][module]}\
  \((?<pam_caller|[system][auth][pam][origin]>[^)]*)\): session %{WORD:pam_session_state|[system][auth][pam][session_state]} \
  for user %{USERNAME:username|[user][name]}(?:\(uid=\d+\))?(?: by %{GREEDYDATA:pam_by|})?)
CRON_ACTION [A-Z ]+
CRONLOG %{SYSLOGBASE} \(%{USER:user|[user][name]}\) %{CRON_ACTION:action|[system][cron][action]} \(%{DATA:message}\)$
`;
