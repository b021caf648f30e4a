export { reserve, inputAt, outputAt, rejectsAt } from "./memory";
export { crc32c } from "./crc32c";
export {
  census, censusStart, censusEvents, censusRejected, censusKeys, censusSlot,
  censusFirstAt, censusFirstEnd, censusLastAt, censusLastEnd,
} from "./census";
