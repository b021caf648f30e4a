// Enter here: all functions of the language.
/** All functions of the language. */
import { addressFunctions } from "./addresses.js";
import type { FunctionDeclaration } from "./function.js";
import { generalFunctions } from "./general.js";
import { numberFunctions } from "./numbers.js";
import { patternFunctions } from "./patterns.js";
import { textFunctions } from "./text.js";
import { timeFunctions } from "./times.js";

export interface FunctionGroup {
  readonly title: string;
  readonly functions: readonly FunctionDeclaration[];
}

export const FUNCTION_GROUPS: readonly FunctionGroup[] = [
  { title: "Any value", functions: generalFunctions },
  { title: "Text", functions: textFunctions },
  { title: "Patterns", functions: patternFunctions },
  { title: "Numbers and conversions", functions: numberFunctions },
  { title: "Addresses", functions: addressFunctions },
  { title: "Times and durations", functions: timeFunctions },
];

export const FUNCTIONS: ReadonlyMap<string, FunctionDeclaration> = new Map(
  FUNCTION_GROUPS.flatMap(({ functions }) => functions).map((declared) => [declared.name, declared]),
);
