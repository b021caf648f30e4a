/** sshd, sudo, su, PAM, cron, systemd-logind and others that let people in. */

import { ADDRESS, Phrases } from "./phrases.js";

const CLIENT = `(?<client>${ADDRESS}|[\\w.-]{1,253}|UNKNOWN)`;
const PORT = "(?: port (?<client_port>\\d{1,5}))?";
/**
 * What a client calls itself, `root from 198.51.100.66 port 1 ssh2` included: the phrases it stands in are anchored to
 * the end of the text, so that the last address is the client's. Where other text of the client stands behind, only a
 * plain one counts.
 */
const USER = "(?<user>.{0,256})";
const ENDED = "(?: ssh2)?(?: \\[preauth\\])?$";
const KEY = "(?<key_type>[\\w-]{1,64}) (?:(?<key_id>(?:SHA256|MD5):\\S{1,128})|[0-9a-f:]{8,95})";
const PLAIN_USER = "(?<user>(?:(?! from | port ).){0,256})";
const ONE_RHOST =
  "ruser=(?:(?<ruser>\\S{1,256}) |(?:(?! rhost=).){0,256} ?)rhost=(?<client>\\S{0,253})(?: {1,2}user=(?<user>[^ ]{1,256}))?(?!.* rhost=)";

/** `pam_unix(sshd:auth): authentication failure; logname= uid=0 ... rhost=192.0.2.1 user=root`, of any service. */
export const PAM_PHRASES = [
  `(?:PAM )?(?<pam_module>pam_\\w{1,32})\\((?<pam_service>[^:)]{1,64}):(?<pam_type>\\w{1,16})\\): session (?<action>opened|closed) for user (?<user>[^\\s(]{1,256})(?:\\(uid=(?<uid>\\d{1,10})\\))?(?: by (?<by_user>[^\\s(]{1,256})?\\(uid=\\d{1,10}\\))?`,
  `(?:PAM )?(?<pam_module>pam_\\w{1,32})\\((?<pam_service>[^:)]{1,64}):(?<pam_type>\\w{1,16})\\): (?:authentication failure|received for|\\d{1,4} more authentication failures?); logname=\\S{0,256} uid=(?<uid>\\d{0,10}) euid=\\d{0,10} tty=(?<tty>\\S{0,64}) ${ONE_RHOST}`,
  `(?:PAM )?(?<pam_module>pam_\\w{1,32})\\((?<pam_service>[^:)]{1,64}):(?<pam_type>\\w{1,16})\\): check pass; user unknown`,
  `(?:PAM )?(?<pam_module>pam_\\w{1,32})\\((?<pam_service>[^:)]{1,64}):(?<pam_type>\\w{1,16})\\): `,
  `PAM(?: (?<attempts>\\d{1,4}) more authentication failures?|: authentication failure); logname=\\S{0,256} uid=(?<uid>\\d{0,10}) euid=\\d{0,10} tty=(?<tty>\\S{0,64}) ${ONE_RHOST}`,
];

export const sshd = new Phrases([
  `(?<action>Accepted|Failed) (?<auth_method>[\\w/-]{1,64}) for (?:invalid user |illegal user )?${USER} from ${CLIENT}${PORT}(?:(?: ssh2)?: ${KEY}(?: \\[preauth\\])?$|${ENDED})`,
  `(?<action>Accepted|Failed) (?<auth_method>[\\w/-]{1,64}) for (?:invalid user |illegal user )?${PLAIN_USER} from ${CLIENT}${PORT} ssh2: ${KEY} ID (?!.* from )`,
  `(?<action>Invalid|Illegal) user ${USER} from ${CLIENT}${PORT}$`,
  `(?<action>Connection (?:closed|reset) by|Disconnected from|Disconnecting) (?:(?:authenticating|invalid) )?user (?:${USER} ${CLIENT} port (?<client_port>\\d{1,5})${ENDED}|${PLAIN_USER} ${CLIENT} port (?<client_port>\\d{1,5})(?!.* port \\d))`,
  `(?<action>Postponed) (?<auth_method>[\\w/-]{1,64}) for (?:invalid user |illegal user )?${USER} from ${CLIENT}${PORT}${ENDED}`,
  `(?<action>Bad protocol version identification) .{1,1024} from ${CLIENT}${PORT}$`,
  `(?<action>Connection closed by|Connection reset by|Connection from|Disconnected from|Received disconnect from|Did not receive identification string from|Unable to negotiate with|error: Received disconnect from|Timeout before authentication for|banner exchange: Connection from|ssh_dispatch_run_fatal: Connection from) (?:connection from )?${CLIENT}(?:${PORT}|:)`,
  `(?:error: )?maximum authentication attempts exceeded for (?:invalid user )?${USER} from ${CLIENT}${PORT}${ENDED}`,
  `User (?<user>.{1,256}) from ${CLIENT} not allowed because (?<reason>.{1,256})`,
  `Server listening on (?<server_ip>\\S{1,64}) port (?<server_port>\\d{1,5})\\.`,
  `(?:reverse mapping checking getaddrinfo for|Address ${CLIENT} maps to) (?<host_name>\\S{1,253})`,
  ...PAM_PHRASES,
]);

export const dropbear = new Phrases([
  `(?:Bad|Pubkey|Password) .{0,64}? (?:attempt|auth succeeded) for '(?<user>.{1,256})' .{0,256}?from ${CLIENT}(?::(?<client_port>\\d{1,5}))?$`,
  `Login attempt for nonexistent user (?:'(?<user>.{0,256})' )?from ${CLIENT}(?::(?<client_port>\\d{1,5}))?$`,
  `(?:Exit before auth|Child connection) from <?(?<client>${ADDRESS}):(?<client_port>\\d{1,5})>?`,
]);

export const sudo = new Phrases([
  ` {0,8}(?<user>\\S{1,256}) : (?:(?<reason>(?:\\d{1,3} incorrect password attempts?|command not allowed|a password is required|user NOT in sudoers|[^;=]{1,128}))  ?; )?(?:HOST=\\S{1,253} ; )?TTY=(?<tty>\\S{1,64}) ; PWD=(?<cwd>.{1,1024}?) ; USER=(?<target_user>\\S{1,256}) ; (?:GROUP=\\S{1,256} ; )?(?:TSID=\\S{1,64} ; )?(?:ENV=.{1,1024}? ; )?COMMAND=(?<command>.{1,4096})`,
  ...PAM_PHRASES,
]);

export const su = new Phrases([
  `(?<action>Successful|FAILED) su for (?<target_user>\\S{1,256}) by (?<user>\\S{1,256})`,
  `\\(to (?<target_user>[^)]{1,256})\\) (?<user>\\S{1,256}) on (?<tty>\\S{1,64})`,
  `'su (?<target_user>\\S{1,256})' (?<action>failed|succeeded) for (?<user>\\S{1,256})(?: on (?<tty>\\S{1,64}))?`,
  `(?<action>BAD SU|SU|SUCCESSFUL SU) (?<user>\\S{1,256}) to (?<target_user>\\S{1,256}) on (?<tty>\\S{1,64})`,
  ...PAM_PHRASES,
]);

export const cron = new Phrases([
  `\\((?<user>[^)]{1,256})\\) (?<action>CMDOUT|CMDEND) \\((?<command>.{0,4096})\\)$`,
  `\\((?<user>[^)]{1,256})\\) CMD \\((?<command>.{0,4096})\\)$`,
  `\\((?<user>[^)]{1,256})\\) (?<action>[A-Z][A-Z ]{2,32}) \\(`,
  ...PAM_PHRASES,
]);

export const pam = new Phrases(PAM_PHRASES);

export const logind = new Phrases([
  `(?<action>New) session (?<session>\\S{1,64}) of user (?<user>.{1,256}?)\\.`,
  `Session (?<session>\\S{1,64}) (?<action>logged out)`,
  `(?<action>Removed) session (?<session>\\S{1,64})\\.`,
]);

export const systemd = new Phrases([
  `(?<action>Starting|Started|Stopping|Stopped|Finished|Reloading|Reloaded|Mounting|Mounted|Created slice|Removed slice|Listening on|Closed|Reached target|Stopped target) (?:(?<unit>[\\w@.\\\\:-]{1,256}\\.(?:service|socket|target|timer|mount|slice|scope|path|device|swap))(?: - .{1,256}?)?\\.{1,3}$|)`,
  `(?<unit>[\\w@.\\\\:-]{1,256}\\.(?:service|socket|target|timer|mount|slice|scope|path|device|swap)): (?:Main process exited, code=(?<exit_code>\\w{1,32}), status=(?<exit_status>[\\w/]{1,32})|Failed with result '(?<result>[^']{1,64})'|)`,
]);

export const login = new Phrases([
  `(?<action>FAILED LOGIN) (?:\\(?\\d{1,4}\\)? )?(?:on '?(?<tty>[^' ]{1,64})'? )?(?:from '?(?<client>[^' ]{1,253})'? )?(?:FOR|for) '?(?<user>[^',]{1,256})'?`,
  `(?<action>LOGIN|ROOT LOGIN) ON (?<tty>\\S{1,64}) (?:BY (?<user>\\S{1,256}))?(?: ?FROM (?<client>\\S{1,253}))?`,
  ...PAM_PHRASES,
]);

/**
 * VMware ESXi's kernel, `cpu7:35233 opID=5d4c)WARNING: Sched: text`, and its services, `[Originator@6876 sub=Vim opID=7
 * user=anna] text`.
 */
export const esxi = new Phrases([
  `cpu(?<cpu>\\d{1,4}):(?<world_id>\\d{1,12})(?: opID=(?<op_id>[\\w-]{1,64}))?\\)(?:(?<level_word>WARNING|ALERT|INFO|ERROR): )?(?:(?<subsystem>[A-Za-z][\\w<>-]{1,32}): )?`,
  `(?:(?<level_word>verbose|info|warning|error|trivia|panic|debug) (?<process_name>[\\w-]{1,32})\\[(?<thread>\\w{1,16})\\] )?\\[(?<originator>Originator@\\d{1,8})(?: sub=(?<subsystem>[^\\s\\]]{1,64}))?(?: opID=(?<op_id>[^\\s\\]]{1,128}))?(?: sid=(?<sid>[^\\s\\]]{1,64}))?(?: user=(?<user>[^\\s\\]]{1,256}))?[^\\]]{0,256}\\]`,
]);

export const openvpn = new Phrases([
  `(?:(?<user>[\\w.@-]{1,128})\\/)?(?<client>${ADDRESS}):(?<client_port>\\d{1,5}) `,
  `(?<user>[\\w.@-]{1,128})\\/(?<client>${ADDRESS}) `,
]);

export const charon = new Phrases([
  `(?<thread>\\d\\d)\\[(?<subsystem>[A-Z]{3})\\d?\\](?: <(?<connection_name>[^>]{1,128})>)? (?:(?:sending|received) packet: from (?<src_ip>${ADDRESS})\\[(?<src_port>\\d{1,5})\\] to (?<dst_ip>${ADDRESS})\\[(?<dst_port>\\d{1,5})\\]|(?<client>${ADDRESS}) is initiating|)`,
]);

export const lfd = new Phrases([
  `\\((?<trigger>\\w{1,32})\\) .{1,256}? from (?<client>${ADDRESS})(?: \\((?<country>[A-Z]{2})\\/(?<country_name>[^/]{1,64})\\/(?<host_name>[^)]{1,253})\\))?: (?<reason>.{1,512})`,
]);
