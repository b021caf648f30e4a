/** Java, Tomcat's `OneLineFormatter` and `SimpleFormatter`, Maven versions; Ruby's Logger and Rails. */
export const JAVA = String.raw`
JAVACLASS (?:[a-zA-Z$_][a-zA-Z$_0-9]*\.)*[a-zA-Z$_][a-zA-Z$_0-9]*
JAVAFILE [A-Za-z0-9_$. -]+
JAVAMETHOD (?:<(?:cl)?init>|[a-zA-Z$_][a-zA-Z$_0-9]*)
JAVATHREAD (?:[A-Z]{2}-Processor\d+)
JAVALOGMESSAGE .*
JAVASTACKTRACEPART \s*at %{JAVACLASS:class|[java][log][origin][class][name]}\.%{JAVAMETHOD:method|[log][origin][function]}\
  \((?:%{JAVAFILE:file|[log][origin][file][name]}(?::%{POSINT:line:int|[log][origin][file][line]:int})?)?\)
CATALINA7_DATESTAMP %{MONTH} %{MONTHDAY}, %{YEAR} %{HOUR}:%{MINUTE}:%{SECOND} (?:AM|PM)
CATALINA7_LOG %{CATALINA7_DATESTAMP:timestamp} %{JAVACLASS:class|[java][log][origin][class][name]}\
  (?:\s(?<logmessage|>(?:%{JAVAMETHOD:|[log][origin][function]}(?=\s|$))?\s*(?:%{LOGLEVEL:|[log][level]}: ?)?%{JAVALOGMESSAGE:|message}))?
CATALINA8_DATESTAMP %{MONTHDAY}-%{MONTH}-%{YEAR} %{HOUR}:%{MINUTE}:%{SECOND}
CATALINA8_LOG %{CATALINA8_DATESTAMP:timestamp} %{LOGLEVEL:level|[log][level]} \[(?<thread|[java][log][origin][thread][name]>[^\]]*)\] \
  %{JAVACLASS:class|[java][log][origin][class][name]}\.%{JAVAMETHOD:method|[log][origin][function]} %{JAVALOGMESSAGE:logmessage|message}
CATALINA_DATESTAMP (?:%{CATALINA8_DATESTAMP}|%{CATALINA7_DATESTAMP})
CATALINALOG (?:%{CATALINA8_LOG}|%{CATALINA7_LOG})
TOMCAT7_LOG %{CATALINA7_LOG}
TOMCAT8_LOG %{CATALINA8_LOG}
TOMCATLEGACY_DATESTAMP \d{4}-%{MONTHNUM}-%{MONTHDAY} %{HOUR}:%{MINUTE}:%{SECOND}(?: %{ISO8601_TIMEZONE})?
TOMCATLEGACY_LOG %{TOMCATLEGACY_DATESTAMP:timestamp} \| %{LOGLEVEL:level|[log][level]} \| \
  %{JAVACLASS:class|[java][log][origin][class][name]} - %{JAVALOGMESSAGE:logmessage|message}
TOMCAT_DATESTAMP (?:%{CATALINA8_DATESTAMP}|%{CATALINA7_DATESTAMP}|%{TOMCATLEGACY_DATESTAMP})
TOMCATLOG (?:%{TOMCAT8_LOG}|%{TOMCAT7_LOG}|%{TOMCATLEGACY_LOG})
MAVEN_VERSION \d+\.\d+(?:\.\d+)?(?:[.-](?:SNAPSHOT|RELEASE|\w+))?
RUBY_LOGLEVEL (?:DEBUG|INFO|WARN|ERROR|FATAL|UNKNOWN|ANY)
RUBY_LOGGER [DFEWIA], \[%{TIMESTAMP_ISO8601:timestamp} #%{POSINT:pid:int|[process][pid]:int}\] +\
  %{RUBY_LOGLEVEL:loglevel|[log][level]} -- +%{DATA:progname|[process][name]}: %{GREEDYDATA:message}
RUUID [0-9a-f]{32}
RCONTROLLER (?<controller|[rails][controller][class]>[^#\s]+)#(?<action|[rails][controller][action]>\w+)
RAILS3HEAD Started %{WORD:verb|[http][request][method]} "%{URIPATHPARAM:request|[url][original]}" for %{IPORHOST:clientip|[source][address]} at \
  (?<timestamp>\d{4}-%{MONTHNUM}-%{MONTHDAY} %{HOUR}:%{MINUTE}:%{SECOND} %{ISO8601_TIMEZONE})
RPROCESSING \s*Processing by %{RCONTROLLER} as (?<format|[rails][request][format]>\S+)\
  (?:\s+Parameters: \{(?<params|[rails][request][params]>[^\n]*)\})?
RAILS3PROFILE (?:\(Views: %{NUMBER:viewms:float|[rails][request][duration][view]:float}ms \| \
  ActiveRecord: %{NUMBER:activerecordms:float|[rails][request][duration][active_record]:float}ms|\
  \(ActiveRecord: %{NUMBER:activerecordms:float|[rails][request][duration][active_record]:float}ms)?
RAILS3FOOT Completed %{POSINT:response:int|[http][response][status_code]:int}%{DATA} in \
  %{NUMBER:totalms:float|[rails][request][duration][total]:float}ms %{RAILS3PROFILE}%{GREEDYDATA}
RAILS3 %{RAILS3HEAD}(?:%{RPROCESSING})?(?<context|[rails][request][explain][original]>(?:%{DATA}\n)*)(?:%{RAILS3FOOT})?
MCOLLECTIVE ., \[%{TIMESTAMP_ISO8601:timestamp} #%{POSINT:pid:int|[process][pid]:int}\]%{SPACE}%{LOGLEVEL:event_level|[log][level]}
MCOLLECTIVEAUDIT %{TIMESTAMP_ISO8601:timestamp}:
`;
