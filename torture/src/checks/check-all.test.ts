import { firstIdAt } from '@hooktrail/server/ids';
import { describe, expect, test } from 'vitest';
import {
  type Books,
  type Fault,
  openBooks,
  type Replay,
  type SeenRequest,
} from '../books/books.ts';
import type {
  CountedRow,
  JobAtTheEnd,
  RemoteAtTheEnd,
  TrailAttempt,
  TrailInvocation,
} from '../books/trail-rows.ts';
import { checkAll } from './check-all.ts';
import type { Evidence } from './evidence.ts';

const SIGNED_AT = '2026-01-08T22:57:22Z';

type Draft = {
  books: Books;
  trail: {
    invocations: TrailInvocation[];
    attempts: TrailAttempt[];
    tags: Map<string, string>;
    lostLeases: Map<string, number>;
    lostAtMs: Map<string, number[]>;
  };
  lists: { webhookId: string; newestFirst: string[]; oldestFirst: string[] }[];
  /** Those of the trail by default. */
  counts?: CountedRow[];
  jobs: JobAtTheEnd[];
  remotes: RemoteAtTheEnd[];
  copies: string;
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
      lostLeases: new Map(),
      lostAtMs: new Map(),
    },
    lists: [
      { webhookId: 'hook', newestFirst: ['inv-a', 'inv-b'], oldestFirst: ['inv-b', 'inv-a'] },
    ],
    jobs: [],
    remotes: [],
    copies: 'copies',
    backlogged: 'backlogged',
    nodeMinutes: 19,
  };
}

function request(given: Partial<SeenRequest> & { serial: number; arrivedMs: number }): SeenRequest {
  return {
    invocationId: 'inv-b',
    signedAt: SIGNED_AT,
    jobId: undefined,
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
    id: firstIdAt(0),
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

describe('a remote account', () => {
  const remote: RemoteAtTheEnd = {
    name: 'acme',
    listed: ['a', 'b'],
    known: ['a', 'b', 'c'],
    archived: ['c', 'b', 'a'],
    gaps: 0,
    requests: 9,
    busiestMinute: 5,
    refused: 0,
  };

  test.each([
    ['as a whole', {}, []],
    ['a row', { archived: ['b', 'c'] }, ['acme lists 1 that are not archived, such as a']],
    ['none twice', { archived: ['b', 'a', 'b'] }, ['1 rows of acme are archived twice']],
    [
      'nothing that never was',
      { archived: ['a', 'b', 'd'] },
      ['acme never had 1 that are archived, such as d'],
    ],
    ['no gap where nothing is missing', { gaps: 1 }, ['the archive of acme has 1 gaps']],
  ])('is archived: %s', (_what, change, expected) => {
    const lines = brokenIn((draft) => draft.remotes.push({ ...remote, ...change }));
    expect(lines).toEqual(expected);
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

  test('is described with the life of its process, its faults and what followed', () => {
    const [line] = brokenIn((draft) => {
      withoutAttempt(draft);
      const sender = { node: 1, pid: 11 };
      const { books, trail } = draft;
      books.faults.push(fault('pause', 1_500, { untilMs: 1_900 }));
      books.processes.push(
        { ...sender, pid: 10, startedMs: 0, upMs: 100, endedMs: 900, end: 'SIGKILL' },
        { ...sender, startedMs: 1_000, upMs: undefined, endedMs: 9_000, end: 'exit status 1' },
      );
      const problem = { ...sender, message: 'could not record outcomes yet' };
      books.problems.push({ ...problem, atMs: 1_999 }, { ...problem, atMs: 2_100 });
      books.problems.push({ ...problem, pid: 10, atMs: 2_100 }, { ...problem, atMs: 50_000 });
      trail.lostLeases.set('inv-b', 1);
      trail.lostAtMs.set('inv-b', [32_000]);
      const later = { id: firstIdAt(32_500), status: 'server error', statusCode: 500, serial: 4 };
      trail.attempts.push(attempt(later));
      books.requests.push(request({ serial: 4, arrivedMs: 32_500, answered: 500 }));
    });
    expect(line).toBe(
      `${offTheRecord} [pause 1 from -500 to -100 ms; process started at -1000 ms, up never, ended at 7000 ms (exit status 1)]` +
        ' {a lease lost at 30000 ms; attempt 1 sent at 30500 ms: server error;' +
        ' its process logged at 100 ms: could not record outcomes yet}',
    );
  });

  test('may have none if its sender died and the invocation was unknown', () => {
    expect(
      brokenIn((draft) => {
        withoutAttempt(draft);
        draft.books.faults.push(fault('death', 2_100));
        draft.trail.lostLeases.set('inv-b', 1);
      }),
    ).toEqual([]);
  });

  test.each([
    ['an unknown process', undefined, 900, true],
    ['an unknown process, which sent it later', undefined, 1_900, false],
    ['another process', { node: 1, pid: 12 }, 900, false],
  ])('may be read long after its sender has ended: %s', (_what, sender, signedMs, excused) => {
    const lines = brokenIn((draft) => {
      withoutAttempt(draft);
      const signedAt = new Date(signedMs).toISOString();
      draft.books.requests[2] = request({ serial: 3, arrivedMs: 60_000, sender, signedAt });
      draft.books.faults.push(fault('death', 1_000));
      draft.trail.lostLeases.set('inv-b', 1);
    });
    expect(lines).toHaveLength(excused ? 0 : 1);
    if (sender === undefined && !excused) {
      expect(lines[0]).toContain(
        'from a process that had ended, signed 58100 ms before it was read',
      );
    }
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
      draft.trail.lostLeases.set('inv-b', 1);
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
      draft.trail.lostLeases.set('inv-b', 1);
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
        draft.trail.lostLeases.set('inv-b', 1);
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

  test.each([
    [10_000, false],
    [13_000, true],
  ])('is counted if the first was read after its time limit: %i ms', (lateMs, excused) => {
    const lines = brokenIn((draft) => {
      sentTwice(draft);
      const signedAt = new Date(20_000 - lateMs).toISOString();
      draft.books.requests[2] = request({ serial: 3, arrivedMs: 20_000, signedAt });
    });
    expect(lines).toEqual(excused ? [] : [found]);
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

describe('a copy', () => {
  const copied = (given: Partial<TrailInvocation>) => (draft: Draft) => {
    draft.copies = 'copies';
    const copy = { id: 'copy', eventId: 'event-a', webhookId: 'copies', attemptsCount: 0 };
    draft.trail.invocations.push(invocation({ ...copy, status: 'failed', ...given }));
  };

  test('that its job took back was not sent', () => {
    const reason = 'not sent: its job was paused, stopped or cancelled before';
    expect(brokenIn(copied({ reason }))).toEqual([]);
  });

  test('that ended for another reason without a request', () => {
    expect(brokenIn(copied({ reason: 'why' }))).toEqual([
      'the copy copy ended as failed and was never received: why',
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

describe('a job', () => {
  /** A job sent `inv-a` again, at its second attempt, and skipped `inv-b`, which was delivered meanwhile. */
  const withJob =
    (change: (draft: Draft, job: JobAtTheEnd) => Partial<JobAtTheEnd> | undefined) =>
    (draft: Draft) => {
      const [, second] = draft.books.requests as [SeenRequest, SeenRequest];
      draft.books.requests[1] = { ...second, jobId: 'job' };
      draft.books.replays.push({
        name: 'replay',
        webhookId: 'hook',
        invocationIds: ['inv-a', 'inv-b'],
        targetId: undefined,
        jobId: 'job',
      });
      const job: JobAtTheEnd = {
        id: 'job',
        state: 'done',
        reason: 'replay',
        counts: {
          selected: 2,
          already_delivered: 0,
          sent: 1,
          succeeded: 1,
          failed: 0,
          in_flight: 0,
          skipped: 1,
        },
        skips: [{ id: 'inv-b', reason: 'changed since' }],
      };
      draft.jobs.push({ ...job, ...change(draft, job) });
    };

  test('that sent each once breaks nothing', () => {
    expect(brokenIn(withJob(() => undefined))).toEqual([]);
  });

  test('that says more than was received', () => {
    const lines = brokenIn(
      withJob((_, { counts }) => ({ counts: { ...counts, selected: 3, sent: 2, succeeded: 2 } })),
    );
    expect(lines).toContain('job job (replay) says 2 sent, and 1 were received');
    expect(lines).toContain('job job (replay) says 2 succeeded, and 1 were answered with 200');
  });

  test('that left out one without a reason', () => {
    const lines = brokenIn(
      withJob((draft, { counts }) => {
        draft.books.requests.pop();
        return { skips: [], counts: { ...counts, selected: 1, skipped: 0 } };
      }),
    );
    expect(lines).toContain('job job (replay) selected 1 beside 0 delivered ones of 2');
    expect(lines).toContain('job job (replay) left out 1, such as inv-b');
  });

  test('that gives fewer reasons than it skipped', () => {
    expect(brokenIn(withJob(() => ({ skips: [] })))).toContain(
      'job job (replay) says 1 skipped, and gives 0 reasons',
    );
  });

  test('that hangs', () => {
    const hanging = { state: 'running', state_reason: 'why' };
    expect(brokenIn(withJob(() => hanging))).toEqual(['job job (replay) hangs as running: why']);
  });

  test('that sent one twice, also after a failure, unless it was in flight at a fault', () => {
    const twice = (draft: Draft) => {
      draft.books.requests[0] = { ...(draft.books.requests[0] as SeenRequest), jobId: 'job' };
      return undefined;
    };
    const [line] = brokenIn(withJob(twice));
    expect(line).toMatch(/^job job \(replay\) sent inv-a again by request 2 .* after request 1 /);
    const excused = (draft: Draft) => {
      draft.books.faults.push(fault('pause', 1_000));
      return twice(draft);
    };
    expect(brokenIn(withJob(excused))).toEqual([]);
  });

  test('that sent what it cannot have selected', () => {
    const strange = (draft: Draft) => {
      draft.books.replays[0] = { ...(draft.books.replays[0] as Replay), invocationIds: ['b', 'c'] };
      return undefined;
    };
    expect(brokenIn(withJob(strange))).toContain(
      'job job (replay) has 2 that it cannot have selected: inv-a',
    );
  });

  test('that nobody finds any more', () => {
    const lines = brokenIn((draft) => {
      withJob(() => undefined)(draft);
      draft.jobs.pop();
    });
    expect(lines).toEqual([
      'job job sent requests and does not exist',
      'the job of replay does not exist',
    ]);
  });

  test('that copied an event twice', () => {
    const copied = (copies: number) => (draft: Draft) => {
      withJob((_, { counts }) => {
        draft.books.replays[0] = { ...(draft.books.replays[0] as Replay), targetId: 'copies' };
        draft.copies = 'copies';
        draft.books.requests[1] = { ...(draft.books.requests[1] as SeenRequest), jobId: undefined };
        for (let n = 1; n <= copies; n++) {
          const id = `copy-${n}`;
          const serial = 10 + n;
          draft.books.requests.push(
            request({ serial, invocationId: id, jobId: 'job', arrivedMs: 10_000 }),
          );
          draft.trail.attempts.push(attempt({ invocationId: id, serial }));
          draft.trail.invocations.push(invocation({ id, eventId: 'event-a', webhookId: 'copies' }));
        }
        return { counts: { ...counts, selected: copies + 1, sent: copies, succeeded: copies } };
      })(draft);
      draft.books.replays[0] = {
        ...(draft.books.replays[0] as Replay),
        invocationIds: Array.from({ length: copies + 1 }, (_, n) => `inv-${n}`),
      };
    };
    expect(brokenIn(copied(1))).toEqual([]);
    expect(brokenIn(copied(2))).toEqual(['job job (replay) sent 2 copies of 1 events']);
  });
});

test('troubles that the run saw', () => {
  expect(brokenIn(({ books }) => void books.troubles.push('node 1 ended by itself'))).toEqual([
    'node 1 ended by itself',
  ]);
});
