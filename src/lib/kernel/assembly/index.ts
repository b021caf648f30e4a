// Enter here: what the kernel exports; AssemblyScript, TypeScript's syntax for WebAssembly.
export { reserve, inputAt, outputAt, rejectsAt } from "./memory";
export { crc32c } from "./crc32c";
export {
  census, censusStart, censusEvents, censusMinusZero, censusKeys, censusSlot,
  censusFirstAt, censusFirstEnd, censusLastAt, censusLastEnd,
} from "./check/column-profile";
export { countLines } from "./lines";
export { combined, combinedStopped, combinedSuffixAt, setCombinedSuffix } from "./parse/combined";
export { rejectCount } from "./check/rejects";
export { project, projectRows, projectStopped, projectTableAt } from "./fields/project";
export { assign, assignStopped, assignTableAt } from "./fields/assign";
export { anchors, anchorsEnd, anchorsStart, anchorsTableAt } from "./anchors/anchors";
export { claimsAt, setClaims } from "./check/key-ownership";
export { forgetKeys } from "./check/dictionary";
export {
  normalise, normaliseStopped, takeLevelNumbers, normaliseSuffixAt, setNormaliseSuffix, targetsAt, levelsAt, setLevels,
} from "./parse/normalise";
