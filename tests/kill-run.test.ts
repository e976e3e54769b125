import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { importsOf } from './imports-of.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

// What it shared with the server, the harness or the torture run could be wrong in both.
it('the kill run imports only itself and Node', () => {
  const files = execFileSync(
    'git',
    ['ls-files', '-co', '--exclude-standard', 'scripts/kill-run*'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  )
    .trim()
    .split('\n');
  expect(files).toContain('scripts/kill-run.mjs');
  for (const file of files) {
    for (const name of importsOf(file, readFileSync(`${root}/${file}`, 'utf8'))) {
      expect([file, name]).toEqual([file, expect.stringMatching(/^(node:|\.\/)[\w/-]+(\.mjs)?$/)]);
    }
  }
});

const AT = Date.parse('2026-11-28T12:00:00.000Z');
const iso = (seconds: number) => new Date(AT + seconds * 1_000).toISOString();

function eventOf(name: string, at: number) {
  const text = `{"type":"kill.paid","id":"${name}","detail":{"n":1,"end":"<end>"}}`;
  return {
    id: name,
    eventId: name,
    type: 'kill.paid',
    text,
    hash: createHash('sha256').update(text.slice(0, -1)).digest('hex'),
    adds: [] as string[],
    at: AT + at * 1_000,
    invocations: [{ id: `I${name}`, webhook_id: 'W' }],
  };
}

function hitOf(n: number, event: ReturnType<typeof eventOf>, at: number) {
  return {
    n,
    endpoint: 'quick',
    at: AT + at * 1_000,
    invocation: `I${event.id}`,
    webhook: 'W',
    timestamp: iso(at),
    signed: true,
    hash: event.hash,
    added: '}',
    sender: 'node 1' as string | undefined,
    endAt: AT + at * 1_000 + 5,
    how: 'answered',
    status: 200 as number | undefined,
  };
}

/** An attempt and its two entries of the timeline. */
function attemptOf(n: number, event: ReturnType<typeof eventOf>, hit: ReturnType<typeof hitOf>) {
  return {
    id: `A${event.id}${n}`,
    invocation_id: `I${event.id}`,
    status: 'success',
    status_code: 200 as number | undefined,
    created_at: iso(0),
    completed_at: iso(5),
    error_message: undefined as string | undefined,
    request: {
      headers: [{ key: 'X-Zendesk-Webhook-Signature-Timestamp', value: hit.timestamp }],
      payload: event.text,
      payload_length: event.text.length,
    },
    response: { headers: [{ key: 'x-hit', value: String(hit.n) }] } as
      | { headers: { key: string; value: string }[] }
      | undefined,
  };
}

/** A run of two events in which everything was kept. Each case breaks one thing of it. */
function world() {
  const [a, b] = [eventOf('a', 0), eventOf('b', 0)] as const;
  const hits = [hitOf(1, a, 1), hitOf(2, b, 1)];
  const invocation = (event: typeof a, at: number) => ({
    id: `I${event.id}`,
    webhook_id: 'W',
    event_type: event.type,
    status: 'success',
    status_code: 200,
    attempts_count: 1,
    created_at: iso(0),
    latest_completed_at: iso(at),
  });
  const rows = [invocation(a, 5), invocation(b, 5)];
  const details = new Map(
    rows.map((row) => [
      row.id,
      {
        ...row,
        explanation: 'as it is',
        lost_leases: undefined as number | undefined,
        timeline: [
          { at: iso(0), what: 'accepted', message: 'stored' },
          { at: iso(1), what: 'attempted', message: 'attempt 1 ended as success' },
        ],
      },
    ]),
  );
  const attempts = new Map([
    ['Ia', [attemptOf(1, a, hits[0] as (typeof hits)[0])]],
    ['Ib', [attemptOf(1, b, hits[1] as (typeof hits)[0])]],
  ]);
  return {
    accepted: [a, b],
    hits,
    rows,
    details,
    attempts,
    faults: [] as { kind: string; target: string; from: number; to?: number }[],
    /** What a walk backwards leaves out. */
    hiddenBackwards: '',
  };
}
type World = ReturnType<typeof world>;

const first = <T>(list: readonly T[] | undefined) => list?.[0] as T;
const detail = (w: World) =>
  w.details.get('Ia') as NonNullable<ReturnType<World['details']['get']>>;

/** A request of `Ia` that is not on the record, and arrived before the one that is. */
function unrecorded(w: World) {
  w.hits.push({ ...hitOf(3, first(w.accepted), 0), endAt: AT + 5 });
}

/** The API of a world, a row a page. */
async function serve(w: World) {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url as string, 'http://x');
    const [, id, list] = /\/invocations(?:\/(\w+))?(\/attempts)?$/.exec(pathname) ?? [];
    const answer = (body: object) => response.end(JSON.stringify(body));
    if (list !== undefined) return answer({ attempts: w.attempts.get(id as string), meta: {} });
    if (id !== undefined) return answer({ invocation: w.details.get(id) });
    const rows = searchParams.get('sort')?.startsWith('-') ? [...w.rows].reverse() : w.rows;
    const before = searchParams.get('page[before]');
    const index = before ? Number(before) - 1 : Number(searchParams.get('page[after]') ?? -1) + 1;
    const invocations = rows
      .slice(index, index + 1)
      .filter((row) => before === null || row.id !== w.hiddenBackwards);
    const meta = {
      ...(index + 1 < rows.length && { after_cursor: String(index) }),
      ...(index > 0 && { before_cursor: String(index) }),
    };
    return answer({ invocations, meta });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** The violated rules of a world, and the figures. */
async function audited(w: World) {
  const { audit } = await import(new URL('../scripts/kill-run/audit.mjs', import.meta.url).href);
  const folder = mkdtempSync(`${tmpdir()}/kill-run-test-`);
  const server = await serve(w);
  const rules = new Set<string>();
  try {
    const hitsFile = `${folder}/hits.jsonl`;
    const lines = w.hits.flatMap(({ endAt, how, status, ...hit }) => [
      { what: 'hit', ...hit },
      ...(how === 'unanswered' ? [] : [{ what: 'end', n: hit.n, at: endAt, how, status }]),
    ]);
    writeFileSync(hitsFile, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const figures: Map<string, number> = await audit({
      ports: [(server.address() as AddressInfo).port],
      token: 'token',
      webhooks: [{ id: 'W', name: 'quick' }],
      accepted: w.accepted,
      hitsFile,
      faults: w.faults,
      violate: (rule: string) => rules.add(rule),
    });
    return { rules: [...rules], figures };
  } finally {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  }
}

describe('the audit of the kill run', () => {
  it('finds nothing where every promise was kept', async () => {
    expect((await audited(world())).rules).toEqual([]);
  });

  it.each<[string, string[], (w: World) => void]>([
    ['an invocation is missing', ['lost: promised and not in the trail'], (w) => void w.rows.pop()],
    [
      'the receiver never got it',
      [
        'lost: promised and never answered with 2xx by the receiver',
        'answers that no receiver gave',
      ],
      (w) => void w.hits.pop(),
    ],
    [
      'the receiver refused it',
      [
        'lost: promised and never answered with 2xx by the receiver',
        'answers that are on the record with another status',
      ],
      (w) => {
        first(w.hits).status = 500;
      },
    ],
    [
      'an invocation was given up',
      ['statuses that are not those of the last attempt', 'given up: ended without a success'],
      (w) => {
        first(w.rows).status = 'failed';
        detail(w).status = 'failed';
        detail(w).timeline.push({ at: iso(9), what: 'ended', message: 'given up' });
      },
    ],
    [
      'an invocation still waits',
      ['statuses that are not those of the last attempt', 'not final when the wait was over'],
      (w) => {
        first(w.rows).status = 'unknown';
        detail(w).status = 'unknown';
      },
    ],
    [
      'a request is not on the record',
      ['requests that are not on the record', 'duplicates without a fault'],
      unrecorded,
    ],
    [
      'a lease was lost before the request that it should explain',
      ['requests that are not on the record', 'duplicates without a fault'],
      (w) => {
        unrecorded(w);
        detail(w).lost_leases = 1;
        detail(w).timeline.push({ at: iso(-1), what: 'lease lost', message: '' });
      },
    ],
    [
      'a request is sent again after a success, and only its sender could explain that',
      ['duplicates without a fault'],
      (w) => {
        unrecorded(w);
        detail(w).lost_leases = 1;
        detail(w).timeline.push({ at: iso(1), what: 'lease lost', message: '' });
        w.faults.push({ kind: 'node killed', target: 'node 2', from: AT, to: AT });
        w.faults.push({ kind: 'node asked to end', target: 'node 1', from: AT, to: AT });
      },
    ],
    [
      'the body differs',
      ['requests whose body is not the published one'],
      (w) => {
        first(w.hits).hash = 'other';
      },
    ],
    [
      'the body has a field that nobody added',
      ['requests whose body is not the published one'],
      (w) => {
        first(w.hits).added = ',"extra":1}';
      },
    ],
    [
      'a signature is wrong',
      ['requests whose signature is wrong'],
      (w) => {
        first(w.hits).signed = false;
      },
    ],
    [
      'the recorded body differs',
      ['attempts whose body is not the published one'],
      (w) => {
        first(w.attempts.get('Ia')).request.payload = '{}';
      },
    ],
    [
      'the count is wrong',
      ['counts of attempts that are wrong'],
      (w) => {
        first(w.rows).attempts_count = 2;
        detail(w).attempts_count = 2;
      },
    ],
    [
      'a number is missing',
      ['attempt numbers with gaps or repetitions'],
      (w) => {
        (detail(w).timeline[1] as { message: string }).message = 'attempt 2 ended';
      },
    ],
    [
      'the status is that of no attempt',
      ['statuses that are not those of the last attempt', 'lists that contradict the invocation'],
      (w) => {
        first(w.rows).status_code = 204;
      },
    ],
    [
      'one answer is on the record twice',
      [
        'counts of attempts that are wrong',
        'attempt numbers with gaps or repetitions',
        'answers that are on the record twice',
      ],
      (w) => {
        const attempt = first(w.attempts.get('Ia'));
        w.attempts.get('Ia')?.push({ ...attempt, id: 'A2' });
      },
    ],
    [
      'an event has an invocation too many',
      [
        'requests of an invocation that nobody was promised',
        'invocations that nobody was promised',
      ],
      (w) => void w.accepted.pop(),
    ],
    [
      'a walk back skips a row',
      ['walks back that differ from walks forward'],
      (w) => {
        w.hiddenBackwards = 'Ia';
      },
    ],
  ])('finds that %s', async (_, expected, breaks) => {
    const w = world();
    breaks(w);
    expect((await audited(w)).rules.sort()).toEqual(expected.sort());
  });

  it.each([
    ['accepts that a success stands when a node records an older failure after it', -9, []],
    [
      'finds a failure that was sent after the success and left no trace',
      6,
      ['statuses that are not those of the last attempt'],
    ],
  ] as const)('%s', async (_, sentAt, expected) => {
    const w = world();
    const attempt = first(w.attempts.get('Ia'));
    w.attempts.get('Ia')?.unshift({
      ...attempt,
      id: 'A2',
      status: 'timeout',
      status_code: undefined,
      created_at: iso(sentAt),
      completed_at: iso(sentAt + 1),
      error_message: 'stale connection: as an example',
      response: undefined,
    });
    first(w.rows).attempts_count = 2;
    detail(w).attempts_count = 2;
    first(w.rows).latest_completed_at = iso(Math.max(5, sentAt + 1));
    detail(w).latest_completed_at = iso(Math.max(5, sentAt + 1));
    detail(w).timeline.push({ at: iso(9), what: 'attempted', message: 'attempt 2 ended' });
    w.rows.reverse();
    expect((await audited(w)).rules).toEqual(expected);
  });

  it('accepts a repetition and a missing attempt when their sender died', async () => {
    const w = world();
    unrecorded(w);
    detail(w).lost_leases = 1;
    detail(w).timeline.push({ at: iso(1), what: 'lease lost', message: '' });
    w.faults.push({ kind: 'node killed', target: 'node 1', from: AT + 3, to: AT + 3 });
    const { rules, figures } = await audited(w);
    expect(rules).toEqual([]);
    expect(figures.get('requests whose lease was lost with the outcome')).toBe(1);
    expect(figures.get('duplicates that a fault explains')).toBe(1);
  });
});
