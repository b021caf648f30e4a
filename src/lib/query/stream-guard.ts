import { devNull } from "node:os";
import { literal } from "../store/columns/names.js";
import type { QuerySession } from "./session.js";
import { splitStatements } from "./sql/sql-text.js";

/**
 * Tells a result that ended from one that broke off. The Node client (1.5.6) gives no error when a statement fails
 * while its rows are being streamed: the rows just stop, as they do at the end. But a failed statement leaves its
 * transaction aborted, so the statement runs in one, and when the rows stop the transaction is asked.
 */
export class StreamGuard {
  /** Makes the error to throw of one by DuckDB. */
  readonly fail: (error: unknown) => Error;
  private readonly session: QuerySession;
  private readonly sql: string;
  private isGuarding = false;
  /** Whether the transaction is ours to end. */
  private isOurs = false;
  private mayBegin: boolean;

  constructor(session: QuerySession, sql: string, fail: (error: unknown) => Error) {
    this.session = session;
    this.sql = sql;
    this.fail = fail;
    this.mayBegin = session.transaction === undefined;
  }

  /** The user's SQL begins and ends transactions itself: a BEGIN within one would abort it. */
  leaveTransactions(): void {
    this.mayBegin = false;
  }

  async begin(): Promise<void> {
    this.isGuarding = true;
    this.isOurs = this.mayBegin && (await this.attempt("BEGIN"));
  }

  /** The rows have stopped. Throws if they broke off. */
  async finish(): Promise<void> {
    if (!this.isGuarding) return;
    if (await this.attempt("SELECT 1")) {
      if (this.isOurs) await this.attempt("COMMIT");
      return;
    }
    await this.attempt("ROLLBACK");
    for (const statement of this.session.transaction?.restore ?? []) await this.attempt(statement);
    throw this.fail(await this.cause());
  }

  /** The rest of the rows is not wanted. */
  async abandon(): Promise<void> {
    if (this.isOurs) await this.attempt("ROLLBACK");
    this.isOurs = false;
  }

  /** The statement fails once more, this time where the client hears of it. */
  private async cause(): Promise<unknown> {
    const last = splitStatements(this.sql).at(-1)!;
    const query = `(${last.sql.trim()}\n)`;
    // A guarded session may write nothing, not even into nothing. Hashing rows computes all of their columns, too.
    const again = this.session.isGuarded
      ? `SELECT bit_xor(hash("again ")) FROM ${query} AS "again "`
      : `COPY ${query} TO ${literal(devNull)} (FORMAT csv)`;
    try {
      await this.session.connection.run(again);
    } catch (error) {
      // Its position is one within the COPY, which nobody typed.
      return error instanceof Error ? new Error(error.message.replace(/,"position":"\d+"/, "")) : error;
    }
    return new Error("the query failed while its rows were being read, and a second run of it did not");
  }

  private async attempt(sql: string): Promise<boolean> {
    return this.session.connection.run(sql).then(
      () => true,
      () => false,
    );
  }
}
