/** Words that lead to what a text says, and name nothing that wrote it: `Completed: 5 of 10`, `Total: 7`. */

/**
 * Source of a pattern for one such word: participles with a capital, and those that texts of logs begin with. A logger
 * of such a name is told by what else sets it apart: brackets, a dash, the dots of its name.
 */
export const LABEL =
  "(?:[A-Z][a-z]{2,16}ed|(?:Total|Note|Results?|Status|Usage|Response|Reason|Message|Summary|Details?|Values?|Count|Size|Duration|Progress|" +
  "Version|Date|Time|URL|Url|Path|Command|Output|Input|Warnings?|Errors|Cause|Tip|Hint|Example|Step|Success|Done|Ready|Found|Missing|Invalid|" +
  "Unknown|Unexpected|Starting|Stopping|Processing|Loading|Running|Sending|Listening|Connecting|Waiting|Retrying|Checking|Creating|Updating|" +
  "Deleting|Adding|Removing|Reading|Writing|Opening|Closing))";

const WHOLE = new RegExp(`^${LABEL}$`);

/** Whether the text from `start` to `end` is such a word. */
export function isLabelWord(line: string, start: number, end: number): boolean {
  const second = line.charCodeAt(start + 1);
  return second >= 0x61 && end - start < 20 && WHOLE.test(line.slice(start, end));
}
