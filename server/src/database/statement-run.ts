import type { ClientBase, Connection, CustomTypesConfig, FieldDef, Submittable } from 'pg';
import utils from 'pg/lib/utils.js';
import { type BoundValue, bindMessage } from './bind-message.ts';
import type { Limited, TimeLimit } from './time-limit.ts';

/** The part of the driver's connection that sends statements; its own types do not show all of it. */
interface StatementConnection extends Pick<Connection, 'stream'> {
  /** The texts of what is prepared on it, by name. The driver keeps it, by `name` and `text` of a run. */
  readonly parsedStatements: Readonly<Record<string, string>>;
  parse(statement: { readonly name: string; readonly text: string }): void;
}

/** The columns of a result. */
interface Columns {
  readonly names: readonly string[];
  readonly parsers: readonly ((text: string) => unknown)[];
}

const NO_COLUMNS: Columns = { names: [], parsers: [] };

/** The last message of `bindMessage`. */
const SYNC_LENGTH = 5;

/** Which statements that run before others are prepared on a connection: the driver notes the others only. */
const preparedBefore = new WeakMap<StatementConnection, Set<string>>();

/** What the prepared statements of a connection return, by name. */
const known = new WeakMap<StatementConnection, Map<string, Columns>>();

interface Options<Row> {
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
  readonly types: CustomTypesConfig;
  readonly limit: TimeLimit;
  /** Statements without values that run first, in its transaction. What they return is ignored. */
  readonly before?: readonly { readonly name: string; readonly text: string }[] | undefined;
  /** Called once. */
  readonly onEnd: (error: Error | undefined, rows: Row[]) => void;
}

/**
 * One run of a prepared statement: the driver's `Query` without what a prepared statement does not need
 * (docs/decisions/driver.md). A connection prepares a statement, and asks for its columns, the first time
 * only: they stay the same as long as it is prepared, or PostgreSQL refuses to run it.
 *
 * new -> started -> sent -> ended, by the end of the statement, an error, the loss of the connection, or the
 * time limit
 */
export class StatementRun<Row> implements Submittable, Limited {
  /** The driver notes what is prepared by the name and the text. */
  readonly name: string;
  readonly text: string;
  /** As they were given. */
  readonly values: readonly unknown[];
  readonly #bound: readonly BoundValue[];
  readonly #types: CustomTypesConfig;
  readonly #limit: TimeLimit;
  readonly #onEnd: (error: Error | undefined, rows: Row[]) => void;
  readonly #before: NonNullable<Options<Row>['before']>;
  /** How many of those that run first have not ended. */
  #ahead: number;
  readonly #rows: Row[] = [];
  #connection: StatementConnection | undefined;
  #columns: Columns | undefined;
  /** A row that could not be read; the statement is run to its end. */
  #failure: Error | undefined;
  #ended = false;

  constructor({ before = [], limit, name, onEnd, text, types, values }: Options<Row>) {
    this.name = name;
    this.text = text;
    this.values = values;
    this.#bound = values.map(bound);
    this.#types = types;
    this.#limit = limit;
    this.#onEnd = onEnd;
    this.#before = before;
    this.#ahead = before.length;
  }

  /** Runs it on a connection. The time begins now, also while another statement keeps the connection. */
  start(client: Pick<ClientBase, 'query'>): void {
    this.#limit.begin(this);
    client.query(this);
  }

  /** Called by the driver when the connection is free; returns why nothing was sent, if so. */
  submit(driver: Connection): Error | null {
    const connection = driver as unknown as StatementConnection;
    const { name, text } = this;
    if (this.#ended) return new Error(`${name} was given up before its connection was free`);
    const prepared = connection.parsedStatements[name];
    if (prepared !== undefined && prepared !== text) {
      return new Error(`two statements have the name ${JSON.stringify(name)}`);
    }
    this.#connection = connection;
    // Without a name, nothing stays prepared, and each text has columns of its own.
    this.#columns = name === '' ? undefined : known.get(connection)?.get(name);
    const { stream } = connection;
    // Its end is about to be reported.
    if (!stream.writable) return null;
    let message: Buffer;
    try {
      message = bindMessage(name, this.#bound, this.#columns === undefined);
    } catch (error) {
      // Too much for a message. Thrown here, it would end the process.
      return error as Error;
    }
    if (prepared === undefined || this.#before.length > 0) {
      stream.cork();
      if (prepared === undefined) connection.parse({ name, text });
      this.#sendBefore(connection);
      stream.write(message);
      stream.uncork();
    } else stream.write(message);
    return null;
  }

  /** Without a sync between them, all are one transaction. After an error the connection is not used again. */
  #sendBefore(connection: StatementConnection): void {
    if (this.#before.length === 0) return;
    const prepared = preparedBefore.get(connection) ?? new Set();
    preparedBefore.set(connection, prepared);
    for (const one of this.#before) {
      if (!prepared.has(one.name)) connection.parse(one);
      prepared.add(one.name);
      connection.stream.write(bindMessage(one.name, [], false).subarray(0, -SYNC_LENGTH));
    }
  }

  handleRowDescription({ fields }: { readonly fields: readonly FieldDef[] }): void {
    this.#learn({
      names: fields.map((field) => field.name),
      parsers: fields.map(({ dataTypeID }) => this.#types.getTypeParser(dataTypeID, 'text')),
    });
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    if (this.#ahead > 0) return;
    const { names, parsers } = this.#columns ?? NO_COLUMNS;
    const row: Record<string, unknown> = {};
    try {
      for (let at = 0; at < names.length; at++) {
        const text = fields[at] as string | null;
        row[names[at] as string] = text === null ? null : parsers[at]?.(text);
      }
    } catch (error) {
      this.#failure ??= error as Error;
    }
    this.#rows.push(row as Row);
  }

  handleCommandComplete(): void {
    if (this.#ahead > 0) {
      this.#ahead--;
      return;
    }
    if (this.#columns === undefined) this.#learn(NO_COLUMNS);
  }

  handleEmptyQuery(): void {}

  handleReadyForQuery(): void {
    this.#end(this.#failure);
  }

  /** By PostgreSQL, or because the connection was lost. */
  handleError(error: Error): void {
    this.#end(error);
  }

  overdue(): void {
    this.#end(new Error('Query read timeout'));
  }

  #learn(columns: Columns): void {
    this.#columns = columns;
    if (this.name === '') return;
    const connection = this.#connection as StatementConnection;
    const all = known.get(connection) ?? new Map<string, Columns>();
    known.set(connection, all.set(this.name, columns));
  }

  #end(error: Error | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#limit.end(this);
    this.#onEnd(error, this.#rows);
  }
}

function bound(value: unknown): BoundValue {
  return typeof value === 'string' || Buffer.isBuffer(value) ? value : utils.prepareValue(value);
}
