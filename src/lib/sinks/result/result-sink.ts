// Enter here: a pipeline's events in a format of `--to`, written at the end.
/**
 * Events as `query 'FROM stdin' --to FORMAT` writes them: kept in a scratch file until the end, for their columns are
 * known only then.
 */
import type { Block } from "../../event/block.js";
import { type Delivery, STORED } from "../../event/delivery/delivery.js";
import type { FormatName } from "../../options/result-format.js";
import type { Host } from "../../pipeline/contract/host.js";
import type { Sink } from "../../pipeline/contract/sink.js";
import type { Source } from "../../pipeline/contract/source.js";
import type { Output } from "../../pipeline/contract/terminal.js";
import { type InputTables, openQueryInputs } from "../../query/inputs/inputs.js";
import { refuseTerminal, type Write } from "../../query/output/deliver.js";
import { writeResult } from "../../query/output/write-result.js";
import { openSession, type QuerySession } from "../../query/session.js";
import { withMissingColumns } from "../../query/tables/tables.js";
import { withPresence } from "../../query/values/presence.js";
import { openPaged } from "../../terminal/output/paged.js";
import { Handover } from "./handover.js";

const SQL = "FROM stdin";

export interface ResultSinkOptions {
  readonly format: FormatName;
  readonly output: Output;
  /** Wraps what comes, so that log lines among it are parsed as a query does. */
  readonly parsed: (source: Source) => Source;
}

export class ResultSink implements Sink {
  private readonly options: ResultSinkOptions;
  private readonly host: Host;
  private readonly session: QuerySession;
  private readonly handover = new Handover();
  private readonly taken = new Set<Delivery>();
  private readonly inputs: Promise<InputTables>;

  private constructor(options: ResultSinkOptions, host: Host, session: QuerySession) {
    this.options = options;
    this.host = host;
    this.session = session;
    const notice = (text: string) => host.log("info", text);
    const openSource = () => options.parsed(this.handover);
    // What was read when the run is stopped is written all the same.
    const { signal } = new AbortController();
    const stdin = [{ name: "stdin", path: "-" }];
    this.inputs = openQueryInputs(session, stdin, {}, { openSource, notice, signal });
    this.inputs.catch((error: unknown) => this.handover.fail(error));
  }

  /** Throws usage.bad-value for bytes that would go to a terminal. */
  static async open(options: ResultSinkOptions, host: Host): Promise<ResultSink> {
    const { format, output } = options;
    if (format === "parquet" || format === "arrow") refuseTerminal(output, format);
    return new ResultSink(options, host, await openSession());
  }

  async write(block: Block): Promise<boolean> {
    if (block.delivery !== undefined) this.taken.add(block.delivery);
    block.delivery = undefined;
    await this.handover.give(block);
    return true;
  }

  async flush(): Promise<void> {}

  async close(): Promise<void> {
    this.handover.end();
    try {
      const inputs = await this.inputs;
      await withMissingColumns(this.session, inputs.empty, () => this.deliver(inputs));
    } finally {
      this.session.close();
    }
    for (const delivery of this.taken) delivery.settle(STORED);
  }

  async abandon(): Promise<void> {
    this.handover.end();
    await this.inputs.catch(() => undefined);
    this.session.close();
  }

  private async deliver({ names }: InputTables): Promise<void> {
    const { session, host } = this;
    const { format, output } = this.options;
    const question = {
      session,
      sql: await withPresence(session, SQL),
      tables: names,
      picture: { env: host.env },
    };
    const paged = format === "table" ? openPaged({ stdout: output, env: host.env }) : undefined;
    const write: Write = (data) => (paged ?? output).write(data);
    try {
      await writeResult(question, format, write, output);
    } finally {
      await paged?.close();
    }
  }
}
