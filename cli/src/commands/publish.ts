import { EXIT } from '../failures/exit-codes.ts';
import { usageFailure } from '../failures/usage-failure.ts';
import { jsonObject } from '../input/json-object.ts';
import { readInput } from '../input/read-input.ts';
import { publishLines } from '../publish/publish-lines.ts';
import { publishOne } from '../publish/publish-one.ts';
import type { AddCommand } from '../session/act.ts';

interface Options {
  readonly detail?: Record<string, unknown>;
  readonly event?: Record<string, unknown>;
  readonly subject?: string;
  readonly id?: string;
  readonly time?: string;
  readonly file?: string;
  readonly batch?: string;
  readonly fromLine?: string;
  readonly idempotencyKey?: string;
}

/** The longest event that the API accepts. */
const MOST_BYTES = 1024 * 1024;

/** Publishes events. */
export const publish: AddCommand = (parent, act) => {
  parent
    .command('publish')
    .description(
      'Publishes an event from arguments, from a file or from standard input, or many from a file with one JSON object on each line. When it ends with 0, the events and their deliveries are durable.',
    )
    .argument('[type]', 'the event type, such as order.paid')
    .option('--detail <json>', 'the data of the event: a JSON object', jsonObject)
    .option('--event <json>', 'what changed, as in an event of Zendesk: a JSON object', jsonObject)
    .option('--subject <text>', 'what the event is about')
    .option('--id <text>', 'the id of the event: a repeat within 24 hours delivers nothing twice')
    .option('--time <time>', 'when it happened; now by default')
    .option(
      '-f, --file <path>',
      'publish the JSON of this file, byte for byte; - is standard input',
    )
    .option('--batch <path>', 'publish each line of this file; - is standard input')
    .option('--from-line <number>', 'begin a batch at this line, to go on after a failure')
    .option('--idempotency-key <text>', 'a key of your own; a random one by default')
    .addHelpText(
      'after',
      `
Examples:
  $ hooktrail publish order.paid --detail '{"number": 1001}'
  $ hooktrail publish --file event.json
  $ echo '{"type": "order.paid", "id": "1001", "detail": {"number": 1001}}' >> events.ndjson
  $ hooktrail publish --batch events.ndjson
  $ jq -c '.events[]' dump.json | hooktrail publish --batch -`,
    )
    .action(
      act(async (context, type: string | undefined, options: Options) => {
        const { file, batch, idempotencyKey, fromLine } = options;
        const ways = [type, file, batch].filter((way) => way !== undefined);
        if (ways.length !== 1) {
          throw usageFailure('publish needs one of: a type, --file or --batch');
        }
        if (type !== undefined && /\.(ndjson|jsonl|json)$/i.test(type)) {
          const way = /\.json$/i.test(type) ? '--file' : '--batch';
          throw usageFailure(`"${type}" is taken for an event type: ${way} ${type} reads a file`);
        }
        if (type === undefined) {
          const alone = (['detail', 'event', 'subject', 'id', 'time'] as const).find(
            (name) => options[name] !== undefined,
          );
          if (alone !== undefined) {
            throw usageFailure(`--${alone} belongs to an event of arguments: name its type too`);
          }
        }
        if (batch !== undefined) {
          if (idempotencyKey !== undefined) {
            throw usageFailure(
              '--idempotency-key is of one event: give the lines of a batch an "id"',
            );
          }
          return await publishLines(context, batch, firstLine(fromLine));
        }
        if (fromLine !== undefined) throw usageFailure('--from-line belongs to --batch');
        const event =
          file !== undefined
            ? { rawBody: await readInput(file, MOST_BYTES) }
            : {
                type: type as string,
                id: options.id,
                subject: options.subject,
                time: options.time,
                detail: options.detail,
                event: options.event,
              };
        await publishOne(context, event, idempotencyKey);
        return EXIT.ok;
      }),
    );
};

function firstLine(text: string | undefined): number {
  if (text === undefined) return 1;
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw usageFailure(`--from-line must be a whole number from 1, got "${text}"`);
}
