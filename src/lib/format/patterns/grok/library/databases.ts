/** Databases: PostgreSQL's stderr log, the log formats of MongoDB to 2.6 and to 4.2, Redis's log and its MONITOR. */
export const DATABASES = String.raw`
POSTGRESQL (?:%{DATESTAMP:timestamp}|%{TIMESTAMP_ISO8601:timestamp}) %{TZ:|[event][timezone]} (?:%{POSTGRESQL_OLD}|%{POSTGRESQL_NEW})
POSTGRESQL_OLD (?<user_id|[user][name]>\S+) (?<connection_id|[postgresql][log][connection_id]>\S+) %{POSINT:pid:int|[process][pid]:int}$
POSTGRESQL_NEW (?:\[%{POSINT:pid:int|[process][pid]:int}\] )?(?:%{USER:user|[user][name]}@%{USER:database|[postgresql][log][database]} )?\
  %{WORD:level|[log][level]}: +%{GREEDYDATA:message}
MONGO_LOG %{SYSLOGTIMESTAMP:timestamp} \[%{WORD:component|[mongodb][component]}\] %{GREEDYDATA:message}
MONGO_QUERY \{ (?<={ ).*(?= } ntoreturn:) \}
MONGO_WORDDASH \b[\w-]+\b
MONGO_SLOWQUERY %{WORD:|[mongodb][profile][op]} %{MONGO_WORDDASH:database|[mongodb][database]}\.%{MONGO_WORDDASH:collection|[mongodb][collection]} \
  %{WORD}: %{MONGO_QUERY:query|[mongodb][query][original]} %{WORD}:%{NONNEGINT:ntoreturn:int|[mongodb][profile][ntoreturn]:int} \
  %{WORD}:%{NONNEGINT:ntoskip:int|[mongodb][profile][ntoskip]:int} %{WORD}:%{NONNEGINT:nscanned:int|[mongodb][profile][nscanned]:int}.*? \
  nreturned:%{NONNEGINT:nreturned:int|[mongodb][profile][nreturned]:int}.*? %{INT:duration:int|[mongodb][profile][duration]:int}ms
MONGO3_SEVERITY \w
MONGO3_COMPONENT (?:%{WORD}|-)
MONGO3_LOG %{TIMESTAMP_ISO8601:timestamp} %{MONGO3_SEVERITY:severity|[log][level]} (?:-|%{MONGO3_COMPONENT:component|[mongodb][component]}) +\
  (?:\[(?<context|[mongodb][context]>[^\]]*)\])? %{GREEDYDATA:message}
REDISTIMESTAMP %{MONTHDAY} %{MONTH}(?: %{YEAR})? %{TIME}
REDISLOG (?:\[%{POSINT:pid:int|[process][pid]:int}\]|%{POSINT:pid:int|[process][pid]:int}:[A-Z]) %{REDISTIMESTAMP:timestamp} [*.#-] %{GREEDYDATA:message}
REDISMONLOG %{NUMBER:timestamp} \[%{INT:database|[redis][database][id]} (?:%{IP:client|[client][ip]}:%{POSINT:port:int|[client][port]:int}|unix:%{NOTSPACE}|lua)\] \
  "%{WORD:command|[redis][command][name]}" ?%{GREEDYDATA:params|[redis][command][args]}
`;
