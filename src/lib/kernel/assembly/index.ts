export { reserve, inputAt, outputAt, rejectsAt } from "./memory";
export { crc32c } from "./crc32c";
export {
  census, censusStart, censusEvents, censusMinusZero, censusKeys, censusSlot,
  censusFirstAt, censusFirstEnd, censusLastAt, censusLastEnd,
} from "./census";
export { countLines } from "./lines";
export { combined, combinedStopped, combinedSuffixAt, setCombinedSuffix } from "./combined";
export { rejectCount } from "./rejects";
export { project, projectRows, projectStopped, projectTableAt } from "./project";
export { assign, assignStopped, assignTableAt } from "./assign";
export { anchors, anchorsEnd, anchorsStart, anchorsTableAt } from "./anchors";
export { claimsAt, setClaims } from "./claims";
export { forgetKeys } from "./dictionary";
export {
  normalise, normaliseStopped, takeLevelNumbers, normaliseSuffixAt, setNormaliseSuffix, targetsAt, levelsAt, setLevels,
} from "./normalise";
