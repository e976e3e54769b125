import { describe, expect, it } from 'vitest';
import { NotFoundError, PaginationError, Zendesk } from './index.ts';
import { json, type Step, scriptedFetch } from './testing/scripted-fetch.ts';

const setUp = (...steps: Step[]) => {
  const { fetch, requests } = scriptedFetch(...steps);
  const zendesk = new Zendesk({ subdomain: 'acme', auth: { accessToken: 'x' }, fetch });
  return { invocations: zendesk.webhookInvocations, requests };
};

describe('invocations', () => {
  it('are read as the real service sends them', async () => {
    const { invocations } = setUp(
      json({
        invocations: [
          {
            id: '01HAMB',
            webhook_id: '01GAM7',
            event_type: 'conditional_ticket_event',
            status: 'terminated',
            status_code: 403,
            attempts_count: 1,
            created_at: '2023-09-18T12:28:23Z',
            latest_completed_at: '2023-09-18T12:28:24.123456Z',
            brand_new: { a_b: null },
          },
          {
            id: '01HAMC',
            webhook_id: '01GAM7',
            event_type: 'x',
            status: 'status of tomorrow',
            status_code: null,
            attempts_count: 0,
            created_at: '2023-09-18T12:28:23Z',
            latest_completed_at: null,
            next_attempt_at: '2023-09-18T12:30:00Z',
          },
        ],
        meta: { has_more: false },
      }),
    );
    const { items } = await invocations.list('01GAM7');
    expect(items).toStrictEqual([
      {
        id: '01HAMB',
        webhookId: '01GAM7',
        eventType: 'conditional_ticket_event',
        status: 'terminated',
        statusCode: 403,
        attemptsCount: 1,
        createdAt: new Date('2023-09-18T12:28:23Z'),
        latestCompletedAt: new Date('2023-09-18T12:28:24.123Z'),
        brand_new: { a_b: null },
      },
      {
        id: '01HAMC',
        webhookId: '01GAM7',
        eventType: 'x',
        status: 'status of tomorrow',
        attemptsCount: 0,
        createdAt: new Date('2023-09-18T12:28:23Z'),
        nextAttemptAt: new Date('2023-09-18T12:30:00Z'),
      },
    ]);
  });
});

describe('attempts', () => {
  const times = { created_at: '2023-09-18T10:00:00Z', completed_at: '2023-09-18T10:00:01Z' };
  const readTimes = {
    createdAt: new Date('2023-09-18T10:00:00Z'),
    completedAt: new Date('2023-09-18T10:00:01Z'),
  };
  const request = { headers: [{ key: 'X-A_b', value: '1' }], payload: '{"a_b": 1}' };
  const response = { headers: [{ key: 'set-cookie', value: '1' }], payload: 'ok' };
  const flat = { response_code: 200, response_headers: { 'x-a_b': '1' }, response_body: 'ok' };

  it.each([
    [
      'the real shape',
      { id: 'w', status: 'success', status_code: 200, ...times, request, response },
      { id: 'w', status: 'success', statusCode: 200, ...readTimes, request, response },
    ],
    [
      'the documented shape',
      { id: 'a', invocation_id: 'i', status: 'success', duration_ms: 1000, ...times, ...flat },
      {
        id: 'a',
        invocationId: 'i',
        status: 'success',
        durationMs: 1000,
        ...readTimes,
        statusCode: 200,
        response: { headers: [{ key: 'x-a_b', value: '1' }], payload: 'ok' },
      },
    ],
    [
      'both shapes',
      { id: 'a', status: 'success', status_code: 200, ...times, request, response, ...flat },
      { id: 'a', status: 'success', statusCode: 200, ...readTimes, request, response },
    ],
    [
      'no answer',
      { id: 'a', status: 'failed', ...times, error_message: 'refused', request },
      { id: 'a', status: 'failed', ...readTimes, errorMessage: 'refused', request },
    ],
    [
      'no answer, as null',
      {
        id: 'a',
        status: 'timeout',
        status_code: null,
        response_code: null,
        response_headers: null,
        response_body: null,
        request: null,
        ...times,
      },
      { id: 'a', status: 'timeout', ...readTimes },
    ],
    [
      'an empty answer',
      { id: 'a', status: 'success', response_code: 204, response_body: '', ...times },
      {
        id: 'a',
        status: 'success',
        statusCode: 204,
        ...readTimes,
        response: { headers: [], payload: '' },
      },
    ],
  ])('have one shape for %s', async (_, row, attempt) => {
    const { invocations, requests } = setUp(json({ attempts: [row] }));
    expect(await invocations.listAttempts('w/1', 'i')).toStrictEqual([attempt]);
    expect(requests[0]?.url.pathname).toBe('/api/v2/webhooks/w%2F1/invocations/i/attempts');
    expect(requests).toHaveLength(1);
  });

  describe('of an invocation with several pages', () => {
    const page = (ids: string[], after?: string) =>
      json({
        attempts: ids.map((id) => ({ id, status: 'failed', ...times })),
        meta: { has_more: after !== undefined, ...(after && { after_cursor: after }) },
      });
    const three = () => setUp(page(['5', '4'], 'a'), page(['3', '2'], 'b'), page(['1']));

    it('listAttempts returns all', async () => {
      const { invocations, requests } = three();
      const attempts = await invocations.listAttempts('w', 'i', { headers: { 'x-mine': '1' } });
      expect(attempts.map(({ id }) => id)).toEqual(['5', '4', '3', '2', '1']);
      expect(requests.map(({ url }) => decodeURIComponent(url.search))).toEqual([
        '',
        '?page[after]=a',
        '?page[after]=b',
      ]);
      for (const { headers } of requests) expect(headers.get('x-mine')).toBe('1');
    });

    it('listAttempts has the first answer too', async () => {
      const { invocations } = three();
      const { data, response } = await invocations.listAttempts('w', 'i').withResponse();
      expect([data.length, response.status]).toEqual([5, 200]);
    });

    it('attempts is the first page, which leads to the next', async () => {
      const { invocations, requests } = three();
      const first = await invocations.attempts('w', 'i', { pageSize: 2 });
      expect([first.items.length, first.hasNext(), requests.length]).toEqual([2, true, 1]);
      const second = await first.next();
      expect(second?.items.map(({ id }) => id)).toEqual(['3', '2']);
      expect(decodeURIComponent(requests[1]?.url.search ?? '')).toBe('?page[size]=2&page[after]=a');
    });

    it('attempts iterates over all', async () => {
      const { invocations } = three();
      const ids: string[] = [];
      for await (const { id } of invocations.attempts('w', 'i')) ids.push(id);
      expect(ids).toEqual(['5', '4', '3', '2', '1']);
    });

    it('a cursor that does not advance ends listAttempts too', async () => {
      const { invocations } = setUp(page(['5'], 'a'), page(['4'], 'a'));
      await expect(invocations.listAttempts('w', 'i')).rejects.toThrow(PaginationError);
    });

    it('a page that fails ends listAttempts', async () => {
      const { invocations } = setUp(page(['5'], 'a'), json({}, { status: 404 }));
      await expect(invocations.listAttempts('w', 'i')).rejects.toThrow(NotFoundError);
    });
  });
});
