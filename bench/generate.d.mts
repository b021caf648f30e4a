/** What a generated input is made of; see generate.mjs. */
export interface Wanted {
  readonly events: number;
  readonly seed?: number;
  readonly hostile?: boolean;
  readonly perSecond?: number;
}
export type Kind = "nginx" | "app" | "text" | "mixed";
export function generate(kind: Kind, wanted: Wanted): Generator<Buffer, void, undefined>;
