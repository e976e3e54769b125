import { describe, expect, it, vi } from 'vitest';
import {
  type CallOptions,
  type ListWebhookInvocationsQuery,
  NotFoundError,
  PaginationError,
  Zendesk,
} from './index.ts';
import { answer, json, type Step, scriptedFetch } from './testing/scripted-fetch.ts';

const row = (id: string, more: object = {}) => ({
  id,
  webhook_id: 'w',
  event_type: 'zen:event-type:ticket.created',
  status: 'success',
  attempts_count: 1,
  created_at: '2023-09-18T10:00:00Z',
  ...more,
});

const page = (ids: string, meta?: object): Step =>
  json({ invocations: [...ids].map((id) => row(id)), ...(meta && { meta }) });

/** A server with one page for each text; its cursors are `a0`, `b1`, … for after and before. */
const pages = (...texts: string[]): Step => {
  return (request) => {
    const after = request.url.searchParams.get('page[after]');
    const before = request.url.searchParams.get('page[before]');
    const at = after ? Number(after.slice(1)) + 1 : before ? Number(before.slice(1)) - 1 : 0;
    const more = at < texts.length - 1;
    return page(texts[at] ?? '', {
      has_more: more,
      ...(more && { after_cursor: `a${at}` }),
      ...(at > 0 && { before_cursor: `b${at}` }),
    })(request) as Response;
  };
};

const list = (steps: Step[], query?: ListWebhookInvocationsQuery, options?: CallOptions) => {
  const { fetch, requests } = scriptedFetch(...steps);
  const zendesk = new Zendesk({
    baseUrl: 'https://hooks.example',
    auth: { accessToken: 'x' },
    fetch,
  });
  const queries = () => requests.map(({ url }) => Object.fromEntries(url.searchParams));
  return { found: zendesk.webhookInvocations.list('w', query, options), requests, queries };
};

const ids = (items: readonly { id: string }[]) => items.map(({ id }) => id).join('');

const collect = async (items: AsyncIterable<{ id: string }>) => {
  let text = '';
  for await (const { id } of items) text += id;
  return text;
};

describe('a list', () => {
  it('is a promise of its first page', async () => {
    const { found, requests } = list([pages('ab', 'c')]);
    const first = await found;
    expect(ids(first.items)).toBe('ab');
    expect(first.items[0]?.createdAt).toEqual(new Date('2023-09-18T10:00:00Z'));
    expect(first.afterCursor).toBe('a0');
    expect(first.beforeCursor).toBeUndefined();
    expect([first.hasNext(), first.hasPrev()]).toEqual([true, false]);
    expect(requests[0]?.url.pathname).toBe('/api/v2/webhooks/w/invocations');
    expect(await Promise.all([found])).toEqual([first]);
  });

  it('iterates over the items of all pages, and fetches a page only when needed', async () => {
    const { found, requests } = list([pages('ab', 'cd', 'ef')]);
    const counts: string[] = [];
    for await (const { id } of found) counts.push(`${id}${requests.length}`);
    expect(counts).toEqual(['a1', 'b1', 'c2', 'd2', 'e3', 'f3']);
    expect(requests).toHaveLength(3);
  });

  it('makes one first request for awaiting and iterating together', async () => {
    const { found, requests } = list([pages('ab', 'c')]);
    const [first, text, items] = await Promise.all([found, collect(found), found.all()]);
    expect([ids(first.items), text, ids(items)]).toEqual(['ab', 'abc', 'abc']);
    // Both iterations share the first page and the request for the next.
    expect(requests).toHaveLength(2);
  });

  it('sends no request after a break', async () => {
    const { found, requests } = list([pages('ab', 'cd')]);
    for await (const { id } of found) if (id === 'b') break;
    for await (const at of found.pages()) {
      expect(ids(at.items)).toBe('ab');
      break;
    }
    expect(requests).toHaveLength(1);
  });

  it('returns pages, and the items up to a limit', async () => {
    const texts: string[] = [];
    for await (const at of list([pages('ab', '', 'c')]).found.pages()) texts.push(ids(at.items));
    expect(texts).toEqual(['ab', '', 'c']);
    for (const [limit, text, count] of [
      [0, '', 1],
      [1, 'a', 1],
      [2, 'ab', 1],
      [3, 'abc', 2],
      [9, 'abcd', 2],
      [undefined, 'abcd', 2],
    ] as const) {
      const { found, requests } = list([pages('ab', 'cd')]);
      expect(ids(await found.all({ limit }))).toBe(text);
      expect(requests).toHaveLength(count);
    }
  });

  it('continues after an empty page when more follows', async () => {
    expect(await collect(list([pages('', '', 'ab', '', 'c')]).found)).toBe('abc');
  });

  it('keeps filters, order and size on every page, and one cursor at a time', async () => {
    const query = {
      filterStatus: 'failed',
      filterFromTs: new Date('2023-09-18T00:00:00Z'),
      sort: 'latest_completed_at',
      pageSize: 2,
      pageBefore: 'b1',
      pageAfter: 'a0',
    };
    const { found, queries } = list([pages('ab', 'cd', 'ef')], query);
    expect(await collect(found)).toBe('cdef');
    const kept = {
      'filter[status]': 'failed',
      'filter[from_ts]': '2023-09-18T00:00:00.000Z',
      sort: 'latest_completed_at',
      'page[size]': '2',
    };
    expect(queries()).toEqual([
      { ...kept, 'page[after]': 'a0' },
      { ...kept, 'page[after]': 'a1' },
    ]);
  });

  it('applies the options of the call to every page', async () => {
    const options = { headers: { 'x-mine': '1' }, baseUrl: 'https://other.example/base' };
    const { found, requests } = list([pages('a', 'b')], {}, options);
    await found.all();
    expect(requests.map(({ url, headers }) => [url.href, headers.get('x-mine')])).toEqual([
      ['https://other.example/base/api/v2/webhooks/w/invocations', '1'],
      ['https://other.example/base/api/v2/webhooks/w/invocations?page%5Bafter%5D=a0', '1'],
    ]);
  });

  it('never follows a URL from a body', async () => {
    const evil: Step = json({
      invocations: [row('a')],
      meta: { has_more: true, after_cursor: 'https://evil.example/?' },
      links: { next: 'https://evil.example:443/x?page[after]=1' },
    });
    const { found, requests } = list([evil, page('b')]);
    expect(await collect(found)).toBe('ab');
    expect(requests.map(({ url }) => url.origin)).toEqual([
      'https://hooks.example',
      'https://hooks.example',
    ]);
  });

  it('fails every caller that uses it, and leaves no unhandled rejection', async () => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    try {
      const { found } = list([answer(404)]);
      await new Promise((resolve) => setImmediate(resolve));
      expect(unhandled).not.toHaveBeenCalled();
      await expect(collect(found)).rejects.toThrow(NotFoundError);
      await expect(found).rejects.toThrow(NotFoundError);
      await expect(found.all()).rejects.toThrow(NotFoundError);
      await expect(found.withResponse()).rejects.toThrow(NotFoundError);
    } finally {
      process.off('unhandledRejection', unhandled);
    }
  });

  it('fails in the middle with the error of the page that failed', async () => {
    const { found } = list([page('ab', { has_more: true, after_cursor: 'x' }), answer(404)]);
    let text = '';
    const loop = async () => {
      for await (const { id } of found) text += id;
    };
    await expect(loop()).rejects.toThrow(NotFoundError);
    expect(text).toBe('ab');
  });

  it('returns its response on demand', async () => {
    const { found } = list([json({ invocations: [] }, { headers: { 'x-rate-limit': '5' } })]);
    const { data, response } = await found.withResponse();
    expect(data.items).toEqual([]);
    expect(response.headers.get('x-rate-limit')).toBe('5');
  });
});

describe('a page', () => {
  it('leads to the next until there is none, and back again', async () => {
    const { found } = list([pages('ab', 'cd', 'e')]);
    const texts: string[] = [];
    let last = await found;
    for (let at: typeof last | null = last; at; at = await at.next()) {
      texts.push(ids(at.items));
      last = at;
    }
    expect(texts).toEqual(['ab', 'cd', 'e']);
    expect(last.hasNext()).toBe(false);
    for (let at: typeof last | null = last; at; at = await at.prev()) texts.push(ids(at.items));
    expect(texts).toEqual(['ab', 'cd', 'e', 'e', 'cd', 'ab']);
    const middle = await (await last.prev())?.prev();
    expect(ids((await middle?.next())?.items ?? [])).toBe('cd');
  });

  it('fetches the next page once for overlapping calls, and again for a later one', async () => {
    const { found, requests } = list([pages('a', 'b')]);
    const first = await found;
    const [one, two] = await Promise.all([first.next(), first.next()]);
    expect(one).toBe(two);
    expect(requests).toHaveLength(2);
    expect(await first.next()).not.toBe(one);
    expect(requests).toHaveLength(3);
  });

  it('can be asked again for a page that failed', async () => {
    const { found } = list([pages('a', 'b'), answer(404), pages('a', 'b')]);
    const first = await found;
    await expect(first.next()).rejects.toThrow(NotFoundError);
    expect(ids((await first.next())?.items ?? [])).toBe('b');
  });

  it('iterates from itself onward', async () => {
    const second = await (await list([pages('a', 'b', 'c')]).found).next();
    expect(await collect(second as NonNullable<typeof second>)).toBe('bc');
    expect(ids((await second?.all({ limit: 1 })) ?? [])).toBe('b');
  });

  it.each([
    ['no meta', undefined],
    ['an empty meta', {}],
    ['no cursor', { has_more: true }],
    ['an empty cursor', { has_more: true, after_cursor: '' }],
    ['a null cursor', { has_more: true, after_cursor: null, before_cursor: null }],
    ['a cursor and nothing more', { has_more: false, after_cursor: 'x' }],
  ])('is the last with %s', async (_, meta) => {
    const { found, requests } = list([page('a', meta)]);
    expect(await (await found).next()).toBeNull();
    expect(await collect(found)).toBe('a');
    expect(requests).toHaveLength(1);
  });

  it('is not the last with a cursor and no has_more', async () => {
    expect(await collect(list([page('a', { after_cursor: 'x' }), page('b')]).found)).toBe('ab');
  });

  it('applies has_more to the direction of its request', async () => {
    const both = { after_cursor: 'n', before_cursor: 'p' };
    const { found } = list([page('a', { ...both, has_more: false })], { pageBefore: 'x' });
    const turnedBack = await found;
    expect([turnedBack.hasNext(), turnedBack.hasPrev()]).toEqual([true, false]);
    const forward = await list([page('a', { ...both, has_more: false })]).found;
    expect([forward.hasNext(), forward.hasPrev()]).toEqual([false, true]);
    // This server means what comes after, because it omits that cursor.
    const after = { before_cursor: 'p', has_more: false };
    const rest = await list([page('a', after)], { pageBefore: 'x' }).found;
    expect([rest.hasNext(), rest.hasPrev()]).toEqual([false, true]);
  });

  it('whose cursor leads back to it is an error, and is not fetched again', async () => {
    const stuck = page('a', { has_more: true, after_cursor: 'same', before_cursor: 'same' });
    const { found, requests } = list([stuck]);
    await expect(collect(found)).rejects.toThrow(PaginationError);
    expect(requests).toHaveLength(2);
    await expect((await found).prev()).rejects.toThrow(PaginationError);
  });
});

describe('uniqueById', () => {
  const time = (minute: number) => `2023-09-18T10:0${minute}:00Z`;
  const rows = (...of: [string, number][]): Step => {
    const invocations = of.map(([id, at]) => row(id, { latest_completed_at: time(at) }));
    return json({ invocations, meta: { has_more: false } });
  };
  const first: Step = json({
    invocations: [row('a', { latest_completed_at: time(9) }), row('b'), row('a')],
    meta: { has_more: true, after_cursor: 'x' },
  });

  it('keeps the first row of an id across pages when the newest come first', async () => {
    const { found, requests } = list([first, rows(['b', 3], ['c', 2], ['a', 1])]);
    const seen: string[] = [];
    for await (const { id, latestCompletedAt } of found.uniqueById()) {
      seen.push(`${id}${latestCompletedAt?.getUTCMinutes() ?? '-'}${requests.length}`);
    }
    expect(seen).toEqual(['a91', 'b-1', 'c22']);
  });

  it('keeps the last row of an id when the newest come last', async () => {
    const steps = [rows(['a', 1], ['b', 2], ['a', 3], ['c', 4], ['b', 5])];
    const { found } = list(steps, { sort: 'latest_completed_at' });
    const seen: string[] = [];
    for await (const { id, latestCompletedAt } of found.uniqueById()) {
      seen.push(`${id}${latestCompletedAt?.getUTCMinutes()}`);
    }
    expect(seen).toEqual(['a3', 'c4', 'b5']);
  });

  it('works from a page onward too', async () => {
    const at = await list([rows(['a', 1], ['a', 2])]).found;
    expect(await collect(at.uniqueById())).toBe('a');
  });
});
