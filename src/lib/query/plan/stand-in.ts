/** What conditions are made of: the nodes of a plan, and columns of the tables that stand in for those of the store. */

export type PlanNode = Readonly<Record<string, unknown>>;

/** A column of the stand-in for a table. */
export interface StandInColumn {
  readonly name: string;
  /** As the catalog has it: `BIGINT`. */
  readonly type: string;
}

/** What an output of an operator is: a column of the scan below, or an expression over the outputs of the one below. */
export type Resolve = (index: number) => BoundExpression | undefined;
export type BoundExpression =
  | { readonly column: StandInColumn }
  | { readonly node: PlanNode; readonly inner: Resolve };
