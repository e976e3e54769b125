import { describe, expect, test } from 'vitest';
import { type Books, type Fault, openBooks, type SeenRequest } from '../books/books.ts';
import type { CountedRow, TrailAttempt, TrailInvocation } from '../books/trail-rows.ts';
import { checkAll } from './check-all.ts';
import type { Evidence } from './evidence.ts';

const SIGNED_AT = '2026-01-08T22:57:22Z';

type Draft = {
  books: Books;
  trail: {
    invocations: TrailInvocation[];
    attempts: TrailAttempt[];
    tags: Map<string, string>;
    unknowns: Map<string, number>;
  };
  lists: { webhookId: string; newestFirst: string[]; oldestFirst: string[] }[];
  /** Those of the trail by default. */
  counts?: CountedRow[];
  backlogged: string;
  nodeMinutes: number;
};

/** Two events: `a` was received at the second attempt, `b` at the first. Every promise is kept. */
function allKept(): Draft {
  const books = openBooks();
  for (const name of ['a', 'b']) {
    books.publications.set(name, {
      tag: name,
      webhookIds: ['hook'],
      accepted: [{ id: `inv-${name}`, webhookId: 'hook' }],
      unclear: 0,
    });
  }
  books.requests.push(
    request({ serial: 1, invocationId: 'inv-a', arrivedMs: 1_000, answered: 500 }),
    request({ serial: 2, invocationId: 'inv-a', arrivedMs: 9_000 }),
    request({ serial: 3, invocationId: 'inv-b', arrivedMs: 2_000 }),
  );
  return {
    books,
    trail: {
      invocations: [
        invocation({ id: 'inv-a', eventId: 'event-a', attemptsCount: 2 }),
        invocation({ id: 'inv-b', eventId: 'event-b' }),
      ],
      attempts: [
        attempt({ invocationId: 'inv-a', status: 'server error', statusCode: 500, serial: 1 }),
        attempt({ invocationId: 'inv-a', number: 2, serial: 2 }),
        attempt({ invocationId: 'inv-b', serial: 3 }),
      ],
      tags: new Map([
        ['event-a', 'a'],
        ['event-b', 'b'],
      ]),
      unknowns: new Map(),
    },
    lists: [
      { webhookId: 'hook', newestFirst: ['inv-a', 'inv-b'], oldestFirst: ['inv-b', 'inv-a'] },
    ],
    backlogged: 'backlogged',
    nodeMinutes: 19,
  };
}

function request(given: Partial<SeenRequest> & { serial: number; arrivedMs: number }): SeenRequest {
  return {
    invocationId: 'inv-b',
    signedAt: SIGNED_AT,
    sender: { node: 1, pid: 11 },
    answered: 200,
    closedMs: given.arrivedMs + 5,
    ...given,
  };
}

function invocation(given: Partial<TrailInvocation> & { id: string }): TrailInvocation {
  return {
    webhookId: 'hook',
    eventId: 'event-b',
    status: 'success',
    attemptsCount: 1,
    waits: false,
    leased: false,
    reason: null,
    ...given,
  };
}

function attempt(given: Partial<TrailAttempt>): TrailAttempt {
  return {
    invocationId: 'inv-b',
    number: 1,
    status: 'success',
    statusCode: 200,
    signedAt: SIGNED_AT,
    serial: null,
    ...given,
  };
}

function fault(effect: Fault['effect'], fromMs: number, given: Partial<Fault> = {}): Fault {
  return { name: effect, effect, node: 1, pid: 11, fromMs, untilMs: fromMs, ...given };
}

/** The counts of exactly what is in the trail. */
function countsOf({ trail }: Draft): CountedRow[] {
  const rows = new Map<
    string,
    { webhookId: string; status: string; attempts: number; finals: number }
  >();
  const add = (webhookId: string, status: string, attempts: number, finals: number) => {
    const key = `${webhookId} ${status}`;
    const row = rows.get(key) ?? { webhookId, status, attempts: 0, finals: 0 };
    row.attempts += attempts;
    row.finals += finals;
    rows.set(key, row);
  };
  for (const { status, waits, webhookId } of trail.invocations) {
    if (!waits) add(webhookId, status, 0, 1);
  }
  const webhookOf = new Map(trail.invocations.map(({ id, webhookId }) => [id, webhookId]));
  for (const { invocationId, status } of trail.attempts) {
    add(String(webhookOf.get(invocationId)), status, 1, 0);
  }
  return [...rows.values()];
}

/** What the checks report of a run in which something was changed. */
function brokenIn(change: (draft: Draft) => void): string[] {
  const draft = allKept();
  change(draft);
  const evidence: Evidence = { ...draft, counts: draft.counts ?? countsOf(draft) };
  return checkAll(evidence).flatMap(({ broken }) => broken);
}

function replaceRow(draft: Draft, id: string, change: Partial<TrailInvocation>): void {
  draft.trail.invocations = draft.trail.invocations.map((row) =>
    row.id === id ? { ...row, ...change } : row,
  );
}

test('a run that kept every promise breaks none', () => {
  expect(brokenIn(() => undefined)).toEqual([]);
});

describe('what was accepted', () => {
  test('is missed in the trail', () => {
    expect(
      brokenIn(({ trail, lists }) => {
        trail.invocations.pop();
        trail.attempts.pop();
        trail.tags.delete('event-b');
        lists[0]?.newestFirst.pop();
        lists[0]?.oldestFirst.shift();
      }),
    ).toContain('inv-b of b was accepted and is not in the trail');
  });

  test('is missed at the receiver', () => {
    const lines = brokenIn(({ books }) => {
      books.requests.pop();
    });
    expect(lines).toContain('inv-b of b was accepted and never received; it is success');
    expect(lines).toContain('inv-b is a success and was never received');
    expect(lines).toContain('attempt 1 of inv-b has an answer that the receiver did not send');
  });

  test('is missed when its answer was not sent completely', () => {
    expect(
      brokenIn(({ books }) => {
        (books.requests[2] as SeenRequest).answered = undefined;
      }),
    ).toContain('inv-b is a success and was never received');
  });

  test('must name all webhooks', () => {
    expect(
      brokenIn(({ books }) => {
        const publication = books.publications.get('a');
        if (publication !== undefined) {
          books.publications.set('a', { ...publication, webhookIds: ['hook', 'other'] });
        }
      }),
    ).toContain('a was accepted for 1 of its 2 webhooks');
  });
});

describe('counts', () => {
  const hook = { webhookId: 'hook', attempts: 0, finals: 0 };

  test('must have each attempt and each final invocation once', () => {
    const failed = { ...hook, status: 'server error', attempts: 1 };
    const twice = [{ ...hook, status: 'success', attempts: 3, finals: 2 }, failed];
    expect(
      brokenIn((draft) => {
        draft.counts = twice;
      }),
    ).toEqual([
      'hook has 3 attempts and 2 final invocations as success by its counts, and 2 and 2 are stored',
    ]);
  });

  test('must lack none', () => {
    expect(
      brokenIn((draft) => {
        draft.counts = [{ ...hook, status: 'success', attempts: 2, finals: 2 }];
      }),
    ).toEqual(['hook server error has no counts, and 1 attempts are stored']);
  });
});

describe('a final invocation', () => {
  test('must not have been given up before its retries were exhausted', () => {
    expect(
      brokenIn((draft) =>
        replaceRow(draft, 'inv-b', { status: 'failed', reason: 'the nodes died too often' }),
      ),
    ).toEqual(['inv-b ended as failed after 1 attempts: the nodes died too often']);
  });

  test('may be exhausted', () => {
    expect(
      brokenIn((draft) => {
        draft.books.requests.pop();
        draft.trail.attempts.pop();
        replaceRow(draft, 'inv-b', { status: 'failed', attemptsCount: 10 });
        for (let number = 1; number <= 10; number++) {
          draft.trail.attempts.push(attempt({ number, status: 'failed', statusCode: null }));
        }
      }),
    ).toEqual([]);
  });

  test('must be neither due nor leased', () => {
    expect(
      brokenIn((draft) => {
        replaceRow(draft, 'inv-a', { waits: true, status: 'circuit broken' });
        replaceRow(draft, 'inv-b', { waits: true, leased: true });
      }),
    ).toEqual(['inv-a still waits as circuit broken', 'inv-b is still leased']);
  });
});

describe('a request', () => {
  const withoutAttempt = (draft: Draft) => {
    draft.trail.attempts.pop();
    replaceRow(draft, 'inv-b', { attemptsCount: 0 });
  };

  const offTheRecord =
    'inv-b has no attempt of request 3 from node 1 (11), answered with 200 in 5 ms';

  test('without an attempt is off the record', () => {
    expect(brokenIn(withoutAttempt)).toEqual([
      `${offTheRecord} []`,
      'inv-b has 1 requests off the record and was 0 times unknown: request 3 from node 1 (11), answered with 200 in 5 ms []',
    ]);
  });

  test('may have none if its sender died and the invocation was unknown', () => {
    expect(
      brokenIn((draft) => {
        withoutAttempt(draft);
        draft.books.faults.push(fault('death', 2_100));
        draft.trail.unknowns.set('inv-b', 1);
      }),
    ).toEqual([]);
  });

  test.each([
    ['an unknown process', undefined, true],
    ['another process', { node: 1, pid: 12 }, false],
  ])('may arrive after its sender has ended: %s', (_what, sender, excused) => {
    const lines = brokenIn((draft) => {
      withoutAttempt(draft);
      (draft.books.requests[2] as SeenRequest).sender = sender;
      draft.books.faults.push(fault('death', 1_000));
      draft.trail.unknowns.set('inv-b', 1);
    });
    expect(lines).toHaveLength(excused ? 0 : 1);
  });

  test('may have none only if the invocation was unknown', () => {
    expect(
      brokenIn((draft) => {
        withoutAttempt(draft);
        draft.books.faults.push(fault('death', 2_100));
      }),
    ).toEqual([
      expect.stringMatching(/^inv-b has 1 requests off the record and was 0 times unknown: /),
    ]);
  });

  test.each([
    ['may be sent at once on a new connection, under one lease', 2_020, undefined, 11, true],
    ['may be sent at once by a process that ended before it was found', 2_020, undefined, 0, true],
    ['is under a lease of its own after an answer', 2_020, 500, 11, false],
    ['is under a lease of its own much later', 9_000, undefined, 11, false],
    ['is under a lease of its own from another process', 2_020, undefined, 12, false],
  ])('%s', (_what, arrivedMs, answered, pid, isOne) => {
    const lines = brokenIn((draft) => {
      withoutAttempt(draft);
      const first = draft.books.requests[2] as SeenRequest;
      first.answered = answered;
      draft.books.requests.push(
        request({
          serial: 4,
          arrivedMs,
          answered: undefined,
          sender: pid === 0 ? undefined : { node: 1, pid },
        }),
      );
      draft.books.faults.push(fault('death', 2_100), fault('death', 9_100));
      draft.books.faults.push(fault('death', 2_100, { pid: 12 }));
      draft.trail.unknowns.set('inv-b', 1);
    });
    const off = lines.filter((line) => line.includes('off the record'));
    expect(off).toHaveLength(isOne ? 0 : 1);
  });

  test('of nobody is under a lease of its own while the sender of the one before lives', () => {
    const lines = brokenIn((draft) => {
      withoutAttempt(draft);
      const first = draft.books.requests[2] as SeenRequest;
      first.answered = undefined;
      draft.books.requests.push(
        request({ serial: 4, arrivedMs: 2_020, answered: undefined, sender: undefined }),
      );
      draft.books.faults.push(fault('death', 2_010, { pid: 12 }));
      draft.trail.unknowns.set('inv-b', 1);
    });
    expect(lines).toContainEqual(expect.stringContaining('inv-b has 2 requests off the record'));
  });

  test.each([
    ['another process died', fault('death', 2_100, { pid: 12 })],
    ['its sender died much later', fault('death', 30_000)],
    ['its sender was asked to end', fault('leave', 2_100)],
    ['its sender was paused', fault('pause', 2_100)],
    ['its endpoint was down', fault('endpoint', 2_100, { node: undefined, pid: undefined })],
  ])('may not lack it if %s', (_what, met) => {
    expect(
      brokenIn((draft) => {
        withoutAttempt(draft);
        draft.books.faults.push(met);
        draft.trail.unknowns.set('inv-b', 1);
      }),
    ).toEqual([expect.stringContaining(offTheRecord)]);
  });

  test('must be recorded with its answer', () => {
    expect(
      brokenIn(({ trail }) => {
        trail.attempts[2] = attempt({ serial: 3, statusCode: 204 });
      }),
    ).toEqual(['request 3, attempt 1 of inv-b: 200 was answered and 204 recorded']);
  });

  test('has its own attempt', () => {
    expect(
      brokenIn(({ trail }) => {
        trail.attempts[2] = attempt({ serial: 2 });
      }),
    ).toContain('attempt 1 of inv-b has an answer that the receiver did not send');
  });
});

test('attempt numbers with a gap or a double, and a wrong count', () => {
  expect(
    brokenIn(({ trail }) => {
      trail.attempts[1] = attempt({ invocationId: 'inv-a', number: 3, serial: 2 });
    }),
  ).toEqual(['inv-a has attempts 1, 3']);
  expect(brokenIn((draft) => replaceRow(draft, 'inv-b', { attemptsCount: 2 }))).toEqual([
    'inv-b says 2 attempts and has 1',
  ]);
});

describe('a duplicate', () => {
  const sentTwice = (draft: Draft) => {
    draft.books.requests.push(request({ serial: 4, arrivedMs: 40_000, sender: undefined }));
    draft.trail.attempts.push(attempt({ number: 2, serial: 4 }));
    replaceRow(draft, 'inv-b', { attemptsCount: 2 });
  };
  const found = expect.stringMatching(/^inv-b was sent again by request 4 .* after request 3 /);

  test('without a fault is found', () => {
    expect(brokenIn(sentTwice)).toEqual([found]);
  });

  test.each([
    ['its sender died', fault('death', 2_002)],
    ['its sender was stopped', fault('pause', 1_000, { untilMs: 36_000 })],
    ['its node had no database', fault('pause', 6_000, { pid: undefined, untilMs: 40_000 })],
    ['PostgreSQL was killed', fault('pause', 2_500, { node: undefined, pid: undefined })],
  ])('is counted if %s', (_what, met) => {
    expect(
      brokenIn((draft) => {
        sentTwice(draft);
        draft.books.faults.push(met);
      }),
    ).toEqual([]);
  });

  test.each([
    ['another node died', fault('death', 2_002, { node: 2, pid: 12 })],
    ['its sender was stopped later', fault('pause', 8_000, { untilMs: 36_000 })],
    ['its sender was asked to end', fault('leave', 2_002)],
    ['the endpoint was down', fault('endpoint', 2_002, { node: undefined, pid: undefined })],
  ])('is found if only %s', (_what, met) => {
    expect(
      brokenIn((draft) => {
        sentTwice(draft);
        draft.books.faults.push(met);
      }),
    ).toEqual([found]);
  });

  test('is also a request that arrives while another one is in flight', () => {
    expect(
      brokenIn((draft) => {
        sentTwice(draft);
        draft.books.requests[2] = request({ serial: 3, arrivedMs: 39_000, closedMs: 41_000 });
      }),
    ).toEqual([found]);
  });

  test('is no request that follows a failure', () => {
    expect(
      brokenIn((draft) => {
        sentTwice(draft);
        (draft.books.requests[2] as SeenRequest).answered = 500;
        draft.trail.attempts[2] = attempt({ serial: 3, status: 'server error', statusCode: 500 });
      }),
    ).toEqual([]);
  });
});

describe('an event', () => {
  test('stored twice', () => {
    expect(brokenIn(({ trail }) => void trail.tags.set('event-c', 'b'))).toContain(
      'b is stored twice, as event-b and event-c',
    );
  });

  test('that was not published', () => {
    expect(brokenIn(({ trail }) => void trail.tags.set('event-c', 'c'))).toContain(
      'event event-c was not published by the run',
    );
  });

  test('without 2xx may be stored if an answer was unclear', () => {
    const unanswered = (unclear: number) => (draft: Draft) => {
      draft.books.publications.set('b', {
        ...{ tag: 'b', webhookIds: ['hook'], accepted: undefined },
        unclear,
      });
    };
    expect(brokenIn(unanswered(1))).toEqual([]);
    expect(brokenIn(unanswered(0))).toEqual(['b was refused and is stored']);
  });

  test('with other invocations than its 2xx named', () => {
    expect(
      brokenIn((draft) => {
        draft.trail.invocations.push(invocation({ id: 'inv-c' }));
        draft.trail.attempts.push(attempt({ invocationId: 'inv-c', serial: 4 }));
        draft.books.requests.push(request({ serial: 4, invocationId: 'inv-c', arrivedMs: 2_000 }));
        draft.lists[0]?.newestFirst.unshift('inv-c');
        draft.lists[0]?.oldestFirst.push('inv-c');
      }),
    ).toEqual(['b is stored with other invocations than its 2xx named']);
  });
});

describe('a list', () => {
  test('that lacks a row', () => {
    expect(
      brokenIn(({ lists }) => {
        lists[0]?.newestFirst.pop();
        lists[0]?.oldestFirst.shift();
      }),
    ).toEqual([
      'the list of hook lacks 1 accepted, such as inv-b',
      'the list of hook has 1 rows, and 2 are stored',
    ]);
  });

  test('that repeats a row', () => {
    expect(
      brokenIn(({ lists }) => {
        lists[0]?.newestFirst.push('inv-b');
        lists[0]?.oldestFirst.unshift('inv-b');
      }),
    ).toEqual(['the list of hook repeats 1 rows']);
  });

  test('that differs in the other order', () => {
    expect(brokenIn(({ lists }) => void lists[0]?.oldestFirst.reverse())).toEqual([
      'the list of hook differs in the other order',
    ]);
  });
});

describe('the backlog', () => {
  const givenUp = {
    status: 'failed',
    attemptsCount: 10,
    reason: 'five nodes in a row stopped',
  } as const;

  test('of which one was given up, even after all its attempts', () => {
    expect(
      brokenIn((draft) => {
        draft.backlogged = 'hook';
        replaceRow(draft, 'inv-b', givenUp);
      }),
    ).toContain('inv-b of the backlog ended as failed: five nodes in a row stopped');
  });

  test('that waited through too few deaths for such a long run', () => {
    const waited = (deaths: number, nodeMinutes: number) => (draft: Draft) => {
      draft.backlogged = 'hook';
      draft.nodeMinutes = nodeMinutes;
      for (let n = 0; n < deaths; n++) draft.books.faults.push(fault('death', 100 + n));
      // One more while nothing waits.
      draft.books.faults.push(fault('death', 20_000));
    };
    expect(brokenIn(waited(21, 20))).toEqual(['only 21 nodes died while the backlog waited']);
    expect(brokenIn(waited(22, 20))).toEqual([]);
    expect(brokenIn(waited(0, 19))).toEqual([]);
  });
});

test('troubles that the run saw', () => {
  expect(brokenIn(({ books }) => void books.troubles.push('node 1 ended by itself'))).toEqual([
    'node 1 ended by itself',
  ]);
});
