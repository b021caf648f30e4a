/** Completion for PowerShell: a table, and one block that looks things up in it. */
import { type Completed, type CompletionWord, secondWord, spellings } from "./completion-model.js";

export function powershell({ commands, groups, first }: Completed): string {
  const rows = commands.map(({ name, flags, operands }) => {
    const words = [...operands, ...flags.map(({ long }) => long)].map(powershellText).join(", ");
    const values = flags
      .filter((flag) => flag.values.length > 0)
      .flatMap((flag) =>
        spellings(flag).map(
          (spelling) => `${powershellText(spelling)} = @(${flag.values.map(powershellText).join(", ")})`,
        ),
      );
    return `    ${powershellText(name)} = @{ Words = @(${words}); Values = @{ ${values.join("; ")} } }`;
  });
  const table = (words: readonly CompletionWord[]) =>
    `[ordered]@{ ${words.map(({ name, summary }) => `${powershellText(name)} = ${powershellText(summary)}`).join("; ")} }`;
  const groupRows = groups.map(({ name, actions }) => {
    const words = actions.map((action) => ({ name: secondWord(action), summary: action.summary }));
    return `    ${powershellText(name)} = ${table(words)}`;
  });
  return `# Completion of logpipe for PowerShell: add it to $PROFILE
Register-ArgumentCompleter -Native -CommandName logpipe -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $commands = [ordered]@{
${rows.join("\n")}
  }
  $first = ${table(first)}
  $groups = @{
${groupRows.join("\n")}
  }
  $before = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { "$_" })
  $typed = @($before | Select-Object -Skip 1 | Where-Object { $_ -notlike '-*' } | Select-Object -First 2)
  $command = $typed[0]
  $names = $null
  if (-not $command) { $names = $first }
  elseif ($groups.Contains($command)) {
    if ($typed.Count -lt 2) { $names = $groups[$command] } else { $command = $typed -join ' ' }
  }
  if ($names) {
    $words = $names.Keys
  } elseif ($commands.Contains($command)) {
    $values = $commands[$command].Values[$before[-1]]
    $words = if ($values) { $values } else { $commands[$command].Words }
  } else { return }
  $words | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
    $text = if ($names) { $names[$_] } else { $_ }
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $text)
  }
}
`;
}

function powershellText(text: string): string {
  return `'${text.replace(/'/g, "''")}'`;
}
