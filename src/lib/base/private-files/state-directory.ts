/** Where a user's state is kept: `$XDG_STATE_HOME/logpipe`, by the XDG base directory specification. */
import { userInfo } from "node:os";
import { isAbsolute, join } from "node:path";

/**
 * `$HOME/.local/state/logpipe` where `XDG_STATE_HOME` is not set or no absolute path, which the specification says to
 * ignore; without such a `HOME` the home directory of the user database. Undefined: there is none.
 */
export function stateDirectory(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const given = env["XDG_STATE_HOME"];
  if (given !== undefined && isAbsolute(given)) return join(given, "logpipe");
  const named = env["HOME"];
  const home = named !== undefined && isAbsolute(named) ? named : homeOfUser();
  return home === undefined ? undefined : join(home, ".local", "state", "logpipe");
}

/** A number without an entry (a container's) has no home. */
function homeOfUser(): string | undefined {
  try {
    return userInfo().homedir || undefined;
  } catch {
    return undefined;
  }
}
