import type { Random } from '@hooktrail/harness/create-random';
import type { Subject } from './describe-subject.ts';

/**
 * Makes up the `event` part of an event, which says what changed: `current` and `previous` of a
 * field, the added and removed tags, the comment, the vote, or nothing if the type says it all.
 *
 * @param verb - The last part of the type, such as `comment_added`.
 */
export function describeChange(
  verb: string,
  { detail }: Subject,
  random: Random,
): Record<string, unknown> {
  const author = { id: `84473${random.whole(10_000_000, 99_999_999)}`, is_staff: true };
  if (verb === 'tags_changed') return { tags_added: ['vip'], tags_removed: ['trial'] };
  if (verb === 'csat_requested' || verb === 'csat_received') {
    return { rating: verb === 'csat_received' ? random.pick(['GOOD', 'BAD']) : null };
  }
  if (verb.startsWith('comment_')) {
    const body = 'Thank you, that worked – I can sign in again.';
    const id = String(random.whole(8_000_000_000, 8_999_999_999));
    return { comment: { id, author, body, is_public: true } };
  }
  if (verb.startsWith('vote_')) {
    const id = String(random.whole(8_000_000_000, 8_999_999_999));
    return { id, locale: 'en-us', user_id: author.id, value: random.pick([1, -1]) };
  }
  if (verb === 'published' || verb === 'unpublished') {
    return { author_id: author.id, locale: 'en-us', section_id: '8447346623002' };
  }
  const field = /^(.+)_changed$/.exec(verb)?.[1];
  if (field === undefined) return {};
  const current = detail[field] ?? detail[`${field}_id`] ?? random.whole(100, 999);
  return { current, previous: null };
}
