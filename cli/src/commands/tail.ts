import { invocationQuery, type QueryOptions } from '../input/invocation-query.ts';
import { partToShow } from '../input/show-part.ts';
import { wholeNumber } from '../input/whole-number.ts';
import type { AddCommand } from '../session/act.ts';
import { followFeed } from '../tail/follow-feed.ts';
import { KINDS, kindsOf } from '../tail/kinds.ts';

interface Options extends Omit<QueryOptions, 'since' | 'until'> {
  readonly since?: string;
  readonly after?: string;
  readonly events?: string;
  readonly show?: string;
  readonly count?: number;
  readonly untilFailed?: boolean;
  readonly giveUp: number;
}

/** How long a tail looks for its server: longer than a deployment takes. */
const GIVE_UP_S = 600;

/** 24 days: a timer of Node has 31 bits of milliseconds, and fires at once beyond them. */
const LONGEST_S = 24 * 86_400;

/** Follows what happens. */
export const tail: AddCommand = (parent, act) => {
  parent
    .command('tail')
    .description(
      'Follows attempts and their outcomes as they are committed. It reconnects where it was, so nothing is missed or printed twice while the server restarts, and says on standard error when it lost the server and when it is back. It ends with 6 when the server stays away, and with 4 when the token is revoked.',
    )
    .argument('[query...]', 'terms of the query language')
    .option('-w, --webhook <id-or-name>', 'of this webhook')
    .option('-s, --status <status>', 'with this status')
    .option('-t, --type <type>', 'of this event type')
    .option('--since <time>', 'begin then: 10m, or a time of the last 24 hours; now by default')
    .option('--after <id>', 'go on after this event of the feed: the "id" of a row')
    .option(
      '--events <list>',
      `which events: ${KINDS.join(', ')} or all; by default each attempt once, and what is held and released`,
    )
    .option('--show <part>', 'print this part of each attempt too, such as response.body')
    .option('-c, --count <number>', 'end after this many', wholeNumber(1))
    .option('--until-failed', 'end with 1 at the first invocation that failed for good')
    .option(
      '--give-up <seconds>',
      'end when the server was away for this long; 0 never does',
      wholeNumber(0, LONGEST_S),
      GIVE_UP_S,
    )
    .addHelpText(
      'after',
      `
Examples:
  $ hooktrail tail --since 10m
  $ hooktrail tail --webhook orders --status failed,timeout --show response.body
  $ hooktrail tail --until-failed --count 100 && echo 'the first 100 arrived'
  $ hooktrail tail --output ndjson | jq -c '[.type, .invocation.id]'`,
    )
    .action(
      act(async (context, words: string[], options: Options) => {
        const { webhook, status, type, show } = options;
        return await followFeed(context, {
          webhook,
          query: invocationQuery(words, {
            ...(webhook !== undefined && { webhook }),
            ...(status !== undefined && { status }),
            ...(type !== undefined && { type }),
          }),
          since: options.since,
          after: options.after,
          kinds: kindsOf(options.events),
          part: show === undefined ? undefined : partToShow(show),
          count: options.count,
          untilFailed: options.untilFailed === true,
          giveUpMs: options.giveUp * 1_000,
        });
      }),
    );
};
