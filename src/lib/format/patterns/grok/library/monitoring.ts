/**
 * Nagios's log (its documentation, "Log file contents") and the messages of Bacula's director and daemons (its message
 * texts).
 */
import { table } from "../../../../base/table.js";

const HOST = "(?<nagios_hostname|[host][hostname]>[^;]*)";
const SERVICE = "(?<nagios_service|[service][name]>[^;]*)";
const STATE = "(?<nagios_state|[service][state]>[^;]*)";
const STATE_TYPE = "(?<nagios_statetype|[nagios][log][state_type]>[^;]*)";
const LEVEL = "(?<nagios_statelevel|[nagios][log][state_type]>[^;]*)";
const CODE = "%{INT:nagios_statecode:int|[nagios][log][attempt]:int}";
const ATTEMPT = "%{INT:nagios_attempt:int|[nagios][log][attempt]:int}";
const MESSAGE = "%{GREEDYDATA:nagios_message|message}";
const COMMENT = "%{GREEDYDATA:nagios_comment|[nagios][log][comment]}";
const USER = "(?<nagios_notifyname|[user][name]>[^;]*)";
const CONTACT = "(?<nagios_contact|[nagios][log][notification_command]>[^;]*)";
const HANDLER = "%{GREEDYDATA:nagios_event_handler_name|[nagios][log][event_handler_name]}";
const RESULT = "%{GREEDYDATA:nagios_check_result|[nagios][log][check_result]}";

/** A kind of entry, and what follows it between semicolons. */
const ENTRIES: Readonly<Record<string, readonly string[]>> = table({
  "CURRENT SERVICE STATE": [HOST, SERVICE, STATE, STATE_TYPE, CODE, MESSAGE],
  "CURRENT HOST STATE": [HOST, STATE, STATE_TYPE, CODE, MESSAGE],
  "INITIAL SERVICE STATE": [HOST, SERVICE, STATE, STATE_TYPE, CODE, MESSAGE],
  "INITIAL HOST STATE": [HOST, STATE, STATE_TYPE, CODE, MESSAGE],
  "SERVICE NOTIFICATION": [USER, HOST, SERVICE, STATE, CONTACT, MESSAGE],
  "HOST NOTIFICATION": [USER, HOST, STATE, CONTACT, MESSAGE],
  "SERVICE ALERT": [HOST, SERVICE, STATE, LEVEL, ATTEMPT, MESSAGE],
  "HOST ALERT": [HOST, STATE, LEVEL, ATTEMPT, MESSAGE],
  "SERVICE FLAPPING ALERT": [HOST, SERVICE, STATE, MESSAGE],
  "HOST FLAPPING ALERT": [HOST, STATE, MESSAGE],
  "SERVICE DOWNTIME ALERT": [HOST, SERVICE, STATE, COMMENT],
  "HOST DOWNTIME ALERT": [HOST, STATE, COMMENT],
  "PASSIVE SERVICE CHECK": [HOST, SERVICE, STATE, COMMENT],
  "PASSIVE HOST CHECK": [HOST, STATE, COMMENT],
  "SERVICE EVENT HANDLER": [HOST, SERVICE, STATE, LEVEL, `(?:\\d+;)?${HANDLER}`],
  "HOST EVENT HANDLER": [HOST, STATE, LEVEL, `(?:\\d+;)?${HANDLER}`],
  "TIMEPERIOD TRANSITION": [
    SERVICE,
    "%{NUMBER:nagios_unknown1:int|[nagios][log][period_from]:int}",
    "%{NUMBER:nagios_unknown2:int|[nagios][log][period_to]:int}",
  ],
});

const DOWNTIME = [
  HOST,
  "%{NUMBER:nagios_start_time|[nagios][log][start_time]}",
  "%{NUMBER:nagios_end_time|[nagios][log][end_time]}",
  "%{NUMBER:nagios_fixed|[nagios][log][fixed]}",
  "%{NUMBER:nagios_trigger_id|[nagios][log][trigger_id]}",
  "%{NUMBER:nagios_duration:int|[nagios][log][duration]:int}",
  "(?<author|[user][name]>[^;]*)",
  "%{GREEDYDATA:comment|[nagios][log][comment]}",
];

/** External commands by what they are told. */
const COMMANDS: readonly (readonly [string, readonly string[]])[] = [
  ["(?:EN|DIS)ABLE_SVC_(?:CHECK|NOTIFICATIONS)", [HOST, SERVICE]],
  ["(?:EN|DIS)ABLE_HOST_(?:CHECK|SVC_CHECKS|NOTIFICATIONS|SVC_NOTIFICATIONS)", [HOST]],
  ["PROCESS_SERVICE_CHECK_RESULT", [HOST, SERVICE, STATE, RESULT]],
  ["PROCESS_HOST_CHECK_RESULT", [HOST, STATE, RESULT]],
  ["SCHEDULE_HOST_DOWNTIME", DOWNTIME],
];

const nameOf = (kind: string) => `NAGIOS_${kind.replaceAll(" ", "_")}`;
const entries = Object.entries(ENTRIES).map(
  ([kind, parts]) => `${nameOf(kind)} (?<nagios_type|[nagios][log][type]>${kind}): ${parts.join(";")}`,
);
const commands = COMMANDS.map(
  ([name, parts]) => `(?<nagios_command|[nagios][log][command]>${name});${parts.join(";")}`,
);

export const MONITORING = String.raw`
NAGIOSTIME \[%{NUMBER:nagios_epoch|timestamp}\]
NAGIOS_WARNING Warning: +%{GREEDYDATA:nagios_message|message}
NAGIOS_EXTERNAL_COMMAND (?<nagios_type|[nagios][log][type]>EXTERNAL COMMAND): (?:${commands.join("|")})
${entries.join("\n")}
NAGIOSLOGLINE %{NAGIOSTIME} (?:%{NAGIOS_WARNING}|%{NAGIOS_EXTERNAL_COMMAND}|${Object.keys(ENTRIES)
  .map((kind) => `%{${nameOf(kind)}}`)
  .join("|")})
BACULA_TIMESTAMP %{MONTHDAY}-%{MONTH}(?:-%{YEAR})? %{HOUR}:%{MINUTE}
BACULA_HOST [A-Za-z0-9][A-Za-z0-9_.-]*
BACULA_NAME [A-Za-z0-9][A-Za-z0-9_.:-]*
BACULA_VOLUME %{BACULA_NAME}
BACULA_DEVICE %{BACULA_NAME}
BACULA_DEVICEPATH /[^\s")]+
BACULA_CAPACITY \d{1,3}(?:,\d{3})*
BACULA_JOB %{BACULA_NAME}
BACULA_ON_DEVICE "?%{BACULA_DEVICE:device|[bacula][volume][device]}"? \(%{BACULA_DEVICEPATH:|[bacula][volume][path]}\)
BACULA_LOG_MAX_CAPACITY User defined maximum volume capacity %{BACULA_CAPACITY:|[bacula][volume][max_capacity]} exceeded on device %{BACULA_ON_DEVICE}\.?
BACULA_LOG_END_VOLUME End of medium on Volume "%{BACULA_VOLUME:volume|[bacula][volume][name]}" Bytes=%{BACULA_CAPACITY:|[bacula][volume][bytes]} \
  Blocks=%{BACULA_CAPACITY:|[bacula][volume][blocks]} at %{BACULA_TIMESTAMP:|[bacula][timestamp]}\.?
BACULA_LOG_NEW_VOLUME Created new Volume "?%{BACULA_VOLUME:volume|[bacula][volume][name]}"? in catalog\.?
BACULA_LOG_NEW_LABEL Labeled new Volume "%{BACULA_VOLUME:volume|[bacula][volume][name]}" on (?:file )?device %{BACULA_ON_DEVICE}\.?
BACULA_LOG_WROTE_LABEL Wrote label to prelabeled Volume "%{BACULA_VOLUME:volume|[bacula][volume][name]}" on device %{BACULA_ON_DEVICE}
BACULA_LOG_NEW_MOUNT New volume "%{BACULA_VOLUME:volume|[bacula][volume][name]}" mounted on device %{BACULA_ON_DEVICE} at %{BACULA_TIMESTAMP:|[bacula][timestamp]}\.?
BACULA_LOG_NOOPEN \s*(?:Cannot|Could not) open (?:directory )?(?<|[file][path]>.*?): ERR=%{GREEDYDATA:berror|[error][message]}
BACULA_LOG_NOOPENDIR \s*Could not open directory "?(?<|[file][path]>[^":]*)"?: ERR=%{GREEDYDATA:berror|[error][message]}
BACULA_LOG_NOSTAT \s*Could not stat (?<|[file][path]>.*?): ERR=%{GREEDYDATA:berror|[error][message]}
BACULA_LOG_NOJOBS There are no more Jobs associated with Volume "%{BACULA_VOLUME:volume|[bacula][volume][name]}"\. Marking it purged\.?
BACULA_LOG_ALL_RECORDS_PRUNED (?:All records pruned from Volume|.*[Rr]ecords pruned from Volume) "%{BACULA_VOLUME:volume|[bacula][volume][name]}"; marking it "Purged"
BACULA_LOG_PRUNED Pruned %{INT} (?:Jobs?|Files?)(?: from)?(?:.*) for client %{BACULA_HOST:client|[bacula][client][name]} from catalog\.?
BACULA_LOG_STARTJOB Start (?:Backup|Admin|Copying|Verify|Migration)? ?JobId %{INT:jobid|[bacula][job][id]}, Job=%{BACULA_JOB:job|[bacula][job][name]}
BACULA_LOG_STARTRESTORE Start Restore Job %{BACULA_JOB:job|[bacula][job][name]}
BACULA_LOG_USEDEVICE Using Device "%{BACULA_DEVICE:device|[bacula][volume][device]}"(?: to (?:read|write)\.?)?
BACULA_LOG_JOBEND Job write elapsed time = (?<elapsed|[bacula][job][elapsed_time]>[\d:]+), Transfer rate = %{NUMBER} +(?:[KMG] )?Bytes/second
BACULA_LOG_VOLUME_PREVWRITTEN Volume "?%{BACULA_VOLUME:volume|[bacula][volume][name]}"? previously written, moving to end of data\.?
BACULA_LOG_READYAPPEND Ready to append to end of Volume "%{BACULA_VOLUME:volume|[bacula][volume][name]}" size=%{BACULA_CAPACITY:|[bacula][volume][size]}
BACULA_LOG_CANCELLING Cancelling duplicate JobId=%{INT:duplicate|[bacula][job][other_id]}\.?
BACULA_LOG_MARKCANCEL JobId %{INT:jobid|[bacula][job][id]}, Job %{BACULA_JOB:job|[bacula][job][name]} marked to be canceled\.?
BACULA_LOG_CLIENT_RBJ shell command: run ClientRunBeforeJob "(?<runjob|[bacula][job][client_run_before_command]>[^"]*)"
BACULA_LOG_DUPLICATE (?:Fatal error: )?JobId %{INT:duplicate|[bacula][job][other_id]} already running\. Duplicate job not allowed\.?
BACULA_LOG_FATAL_CONN (?:Fatal error|Warning): bsock\.c:\d+ (?:Unable|Could not) (?:to )?connect to Client: %{BACULA_HOST:client|[bacula][client][name]} on \
  %{IPORHOST:|[client][address]}:%{POSINT:|[client][port]:int}\. ERR=%{GREEDYDATA:berror|[error][message]}
BACULA_LOG_NO_CONNECT (?:Fatal error|Warning): (?:bsock\.c:\d+ )?(?:Unable|Could not) (?:to )?connect to (?:Client: )?%{BACULA_HOST:client|[bacula][client][name]} on \
  %{IPORHOST:|[client][address]}:%{POSINT:|[client][port]:int}\. ERR=%{GREEDYDATA:berror|[error][message]}
BACULA_LOG_NO_AUTH Fatal error: Unable to authenticate with File daemon at "?%{IPORHOST:|[client][address]}(?::%{POSINT:|[client][port]:int})?"?.*
BACULA_LOG_TEXT (?:Begin pruning |End auto prune|No (?:Jobs|Files) found to prune|No prior |Generate VSS snapshots|Unable to find Client|\
  Fatal error: Job canceled because max start delay|.*is a different filesystem|Fatal error: No Job status returned|Error: Bacula |Bacula |Begin ).*
BACULA_LOGLINE %{BACULA_TIMESTAMP:bts|timestamp} %{BACULA_HOST:hostname|[host][hostname]}(?: JobId %{INT:jobid|[bacula][job][id]})?:? \
  (?:%{BACULA_LOG_MAX_CAPACITY}|%{BACULA_LOG_END_VOLUME}|%{BACULA_LOG_NEW_VOLUME}|%{BACULA_LOG_NEW_LABEL}|%{BACULA_LOG_WROTE_LABEL}|\
  %{BACULA_LOG_NEW_MOUNT}|%{BACULA_LOG_NOOPENDIR}|%{BACULA_LOG_NOOPEN}|%{BACULA_LOG_NOSTAT}|%{BACULA_LOG_NOJOBS}|%{BACULA_LOG_ALL_RECORDS_PRUNED}|\
  %{BACULA_LOG_PRUNED}|%{BACULA_LOG_STARTJOB}|%{BACULA_LOG_STARTRESTORE}|%{BACULA_LOG_USEDEVICE}|%{BACULA_LOG_JOBEND}|\
  %{BACULA_LOG_VOLUME_PREVWRITTEN}|%{BACULA_LOG_READYAPPEND}|%{BACULA_LOG_CANCELLING}|%{BACULA_LOG_MARKCANCEL}|%{BACULA_LOG_CLIENT_RBJ}|\
  %{BACULA_LOG_DUPLICATE}|%{BACULA_LOG_FATAL_CONN}|%{BACULA_LOG_NO_CONNECT}|%{BACULA_LOG_NO_AUTH}|%{BACULA_LOG_TEXT})
BACULA_LOG %{BACULA_LOGLINE}
`;
