import { readFileSync } from 'node:fs';
import { TrailReader } from './read-trail.mjs';

/** A request is in flight until its outcome is recorded: milliseconds, more on a busy machine. */
const RECORDING_MS = 5_000;
const PAGE = 97;
const AT_ONCE = 8;
/** Failures in which the endpoint need not have seen a request. */
const UNSEEN = ['stale connection', 'node exhausted', 'node stopping', 'connection refused'];

/**
 * Compares what publishers were promised, what the receiver got and what the trail says. Returns
 * the figures of the table; `violate(rule, what)` gets each violation.
 */
export async function audit({ ports, token, webhooks, accepted, hitsFile, faults, violate }) {
  const reader = new TrailReader({ ports, token });
  const hits = readHits(hitsFile);
  const figures = new Map();
  const count = (name, by = 1) => figures.set(name, (figures.get(name) ?? 0) + by);
  const most = (name, value) => figures.set(name, Math.max(figures.get(name) ?? 0, value));

  const promised = new Map();
  for (const event of accepted) {
    count('events accepted');
    for (const { id, webhook_id } of event.invocations) {
      if (promised.has(id)) violate('invocations that two events were promised', id);
      promised.set(id, { event, webhook: webhook_id });
    }
  }
  const hitsOf = group(hits);
  for (const [id, list] of hitsOf) {
    const known = promised.get(id);
    if (known === undefined) {
      violate('requests of an invocation that nobody was promised', `${id}, hit ${list[0].n}`);
    }
    for (const hit of list) checkBytes(hit, known, violate);
  }
  // The last request of the backlog: faults until then met invocations that waited.
  const backlog = [...hits.values()].filter(({ endpoint }) => endpoint === 'backlog');
  figures.set('the backlog ended at', Math.max(0, ...backlog.map(({ at }) => at)));
  count('invocations promised', promised.size);
  count('requests received', hits.size);

  const rows = new Map();
  for (const webhook of webhooks) {
    for (const row of await readList(reader, webhook, violate)) {
      if (rows.has(row.id)) violate('invocations that are listed twice', row.id);
      rows.set(row.id, row);
      const known = promised.get(row.id);
      if (known === undefined) violate('invocations that nobody was promised', row.id);
      else if (known.webhook !== row.webhook_id || known.event.type !== row.event_type) {
        violate('invocations of another webhook or type than was promised', row.id);
      }
    }
  }
  for (const [id, { event }] of promised) {
    if (!rows.has(id)) violate('lost: promised and not in the trail', `${id} of ${event.id}`);
    const received = (hitsOf.get(id) ?? []).some(({ status }) => status >= 200 && status < 300);
    count(received ? 'invocations received' : 'invocations not received');
    if (!received)
      violate('lost: promised and never answered with 2xx by the receiver', `${id} of ${event.id}`);
  }

  const waiting = [...rows.values()];
  const recorded = new Set();
  const attemptIds = new Set();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let row = waiting.pop(); row !== undefined; row = waiting.pop()) await readOne(row);
    }),
  );
  figures.set('requests of the audit', reader.requests);
  return figures;

  async function readOne(row) {
    const path = `webhooks/${row.webhook_id}/invocations/${row.id}`;
    const { rows: attempts } = await reader.walk(`/api/v2/${path}/attempts`, 'attempts');
    const { invocation } = await reader.get(`/v1/${path}`);
    const known = promised.get(row.id);
    const received = hitsOf.get(row.id) ?? [];
    count('attempts on the record', attempts.length);
    checkRow(row, attempts, invocation);
    for (const attempt of attempts) {
      if (attemptIds.has(attempt.id)) violate('attempts that are listed twice', attempt.id);
      attemptIds.add(attempt.id);
      checkAttempt(row, attempt, known);
    }
    checkRecord(row, attempts, invocation, received);
    checkRepeats(row, received);
  }

  function checkRow(row, attempts, invocation) {
    const newest = attempts[0];
    const what = `${row.id}: ${JSON.stringify(row)}`;
    if (attempts.length !== row.attempts_count) violate('counts of attempts that are wrong', what);
    // A stopped node may record an old request after a later one. A success stands all the same.
    const says = stands(attempts) ?? newest;
    if (says?.status !== row.status || says.status_code !== row.status_code) {
      violate('statuses that are not those of the last attempt', what);
    }
    if (newest !== undefined && newest.completed_at !== row.latest_completed_at) {
      const last = attempts
        .map(({ completed_at }) => completed_at)
        .sort()
        .at(-1);
      if (last !== row.latest_completed_at)
        violate('times that are not those of the last attempt', what);
    }
    if (row.status !== 'success') {
      const ended = invocation.timeline.some((step) => step.what === 'ended');
      const rule = ended ? 'given up: ended without a success' : 'not final when the wait was over';
      violate(rule, `${row.id}: ${invocation.explanation}`);
    }
    for (const field of [
      'status',
      'status_code',
      'attempts_count',
      'created_at',
      'latest_completed_at',
      'webhook_id',
    ]) {
      if (invocation[field] !== row[field])
        violate('lists that contradict the invocation', `${what}: ${field}`);
    }
    const steps = invocation.timeline.filter((step) => step.what === 'attempted');
    // Of many attempts the timeline counts the first ones and shows the others.
    const omitted = numberIn(/^(\d+) earlier/, steps);
    const numbers = steps.flatMap(({ message }) => /^attempt (\d+)/.exec(message)?.[1] ?? []);
    const sorted = numbers.map(Number).sort((a, b) => a - b);
    if (
      omitted + sorted.length !== attempts.length ||
      sorted.some((number, index) => number !== omitted + index + 1)
    ) {
      violate('attempt numbers with gaps or repetitions', `${row.id}: ${numbers}`);
    }
  }

  function checkAttempt(row, attempt, known) {
    const what = `${attempt.id} of ${row.id}: ${attempt.status} ${attempt.status_code ?? ''} ${attempt.error_message ?? ''}`;
    if (attempt.invocation_id !== row.id) violate('attempts of another invocation', what);
    if (attempt.error_message !== undefined) {
      count(`attempts with a fault: ${attempt.error_message.split(':')[0]}`);
    }
    const code = attempt.status_code;
    const said =
      code === undefined
        ? attempt.status === 'failed' || attempt.status === 'timeout'
        : attempt.status ===
          (code < 300
            ? 'success'
            : code < 400
              ? 'failed'
              : code < 500
                ? 'client error'
                : 'server error');
    if (!said) violate('attempts whose status contradicts their code', what);
    if (Date.parse(attempt.completed_at) < Date.parse(attempt.created_at)) {
      violate('attempts that ended before they began', what);
    }
    if (known === undefined) return;
    const { payload, payload_length } = attempt.request;
    // 64 KiB are shown; of longer bodies their beginning.
    const sent = known.event.text.slice(0, -1);
    if (
      payload === undefined ||
      !payload.startsWith(sent.slice(0, 60_000)) ||
      payload_length < Buffer.byteLength(sent)
    ) {
      violate('attempts whose body is not the published one', what);
    }
  }

  /** Every request of the receiver is an attempt, or a lease that was lost with its outcome. */
  function checkRecord(row, attempts, invocation, received) {
    const unmatched = new Map(received.map((hit) => [hit.n, hit]));
    const without = [];
    for (const attempt of attempts) {
      const n = Number(
        attempt.response?.headers.find(({ key }) => key.toLowerCase() === 'x-hit')?.value,
      );
      if (attempt.response === undefined) {
        without.push(attempt);
      } else if (!unmatched.has(n)) {
        const rule = recorded.has(n)
          ? 'answers that are on the record twice'
          : 'answers that no receiver gave';
        violate(rule, `${attempt.id} of ${row.id}, hit ${n}`);
      } else {
        if (unmatched.get(n).status !== attempt.status_code) {
          violate(
            'answers that are on the record with another status',
            `${attempt.id} of ${row.id}, hit ${n}`,
          );
        }
        unmatched.delete(n);
        recorded.add(n);
        count('requests with their attempt');
      }
    }
    // Without an answer, the time of the signature says which request it was.
    for (const attempt of without) {
      const timestamp = header(attempt.request.headers, 'x-zendesk-webhook-signature-timestamp');
      const hit = [...unmatched.values()].find((one) => one.timestamp === timestamp);
      if (hit !== undefined) {
        unmatched.delete(hit.n);
        count('requests with their attempt');
      } else if (UNSEEN.some((name) => attempt.error_message?.startsWith(name))) {
        count('attempts that the receiver did not see, our own failures');
      } else {
        count(`attempts that the receiver did not see, ${attempt.error_message}`.slice(0, 80));
      }
    }
    const steps = invocation.timeline.filter((step) => step.what === 'lease lost');
    const lost = steps.map(({ at }) => Date.parse(at)).sort((a, b) => a - b);
    // A history that is full counts the others, as of its latest entry.
    const more = numberIn(/^and (\d+) more times/, steps);
    for (let i = 1; i < more; i++) lost.push(lost.at(-1));
    if (lost.length !== (invocation.lost_leases ?? 0)) {
      violate('lost leases that are not in the timeline', `${row.id}: ${invocation.lost_leases}`);
    }
    count('leases lost', lost.length);
    most('leases lost by one invocation, at most', lost.length);
    // Each takes the first lease that was lost after it.
    for (const hit of [...unmatched.values()].sort((a, b) => a.at - b.at)) {
      const index = lost.findIndex((at) => at >= hit.at);
      if (index === -1) {
        const what = `${row.id}, hit ${hit.n} at ${new Date(hit.at).toISOString()} from ${hit.sender}: ${hit.how}`;
        violate('requests that are not on the record', what);
      } else {
        lost.splice(index, 1);
        count('requests whose lease was lost with the outcome');
      }
    }
  }

  /** A request after, or beside, one that was answered with 2xx needs a fault that explains it. */
  function checkRepeats(row, received) {
    const inOrder = [...received].sort((a, b) => a.at - b.at);
    for (const [index, hit] of inOrder.entries()) {
      const earlier = inOrder
        .slice(0, index)
        .findLast(
          (one) =>
            one.endAt === undefined ||
            one.endAt > hit.at ||
            (one.status >= 200 && one.status < 300),
        );
      if (earlier === undefined) continue;
      const fault = explain(earlier, faults);
      if (fault !== undefined) {
        count('duplicates that a fault explains');
        count(`duplicates that a fault explains: ${fault.kind}`);
      } else {
        const what =
          `${row.id}: hit ${earlier.n} at ${new Date(earlier.at).toISOString()} from ${earlier.sender} ` +
          `(${earlier.how}), then hit ${hit.n} at ${new Date(hit.at).toISOString()} from ${hit.sender}`;
        violate('duplicates without a fault', what);
      }
    }
  }
}

/** The fault of its sender, or of PostgreSQL, that a request was in flight at. */
function explain(hit, faults) {
  let until = (hit.endAt ?? Number.POSITIVE_INFINITY) + RECORDING_MS;
  // It was sent before it was read, and signed (in whole seconds) before it was sent.
  const from = Math.min(hit.at, Date.parse(hit.timestamp));
  const meets = (fault) => fault.from <= until && (fault.to ?? fault.from) >= from;
  const outages = faults.filter(({ target }) => target === 'postgres');
  // Outcomes cannot be recorded while PostgreSQL is away: the request stays in flight.
  for (const outage of outages)
    if (meets(outage)) until = Math.max(until, (outage.to ?? until) + RECORDING_MS);
  const own = faults.filter(
    ({ kind, target }) =>
      target !== 'postgres' &&
      kind !== 'node asked to end' &&
      (hit.sender === undefined || target === hit.sender),
  );
  return own.find(meets) ?? outages.find(meets);
}

function checkBytes(hit, known, violate) {
  const what = `${hit.invocation}, hit ${hit.n}`;
  if (!hit.signed) violate('requests whose signature is wrong', what);
  if (known === undefined) return;
  if (hit.webhook !== known.webhook) violate('requests that name another webhook', what);
  const { event } = known;
  let added;
  try {
    // What stands between the published bytes and the last brace, as an object of its own.
    added = hit.added === '}' ? {} : JSON.parse(`{${hit.added.replace(/^\s*,/, '')}`);
  } catch {
    added = { 'not JSON': hit.added };
  }
  const same = JSON.stringify(Object.keys(added).sort()) === JSON.stringify([...event.adds].sort());
  if (hit.hash !== event.hash || !same || (added.id !== undefined && added.id !== event.eventId)) {
    violate('requests whose body is not the published one', `${what}: ${hit.added}`);
  }
}

/** A webhook's invocations: both orders, both directions and both lists must have the same rows. */
async function readList(reader, webhook, violate) {
  const path = `/api/v2/webhooks/${webhook.id}/invocations`;
  const ascending = { 'page[size]': String(PAGE), sort: 'latest_completed_at' };
  const forward = await reader.walk(path, 'invocations', ascending);
  const ids = (list) => list.map(({ id }) => id).join();
  const differs = (rows) => ids(rows) !== ids(forward.rows);
  const back = await reader.walkBack(path, 'invocations', ascending, forward);
  if (differs(back)) violate('walks back that differ from walks forward', webhook.name);
  const descending = { 'page[size]': '100', sort: '-latest_completed_at' };
  const newest = await reader.walk(path.replace('/api/v2', '/v1'), 'invocations', descending);
  if (differs([...newest.rows].reverse()))
    violate('descending walks that differ from ascending ones', webhook.name);
  if (
    newest.rows.some(
      (row, index) =>
        index > 0 && row.latest_completed_at > newest.rows[index - 1].latest_completed_at,
    )
  ) {
    violate('lists out of order', webhook.name);
  }
  return forward.rows;
}

/** Requests of the receiver by their number, each with how it ended. */
function readHits(file) {
  const hits = new Map();
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line === '') continue;
    const { what, n, ...entry } = JSON.parse(line);
    if (what === 'hit') hits.set(n, { n, ...entry });
    else Object.assign(hits.get(n), { endAt: entry.at, how: entry.how, status: entry.status });
  }
  return hits;
}

function group(hits) {
  const groups = new Map();
  for (const hit of hits.values()) {
    const list = groups.get(hit.invocation) ?? [];
    list.push(hit);
    groups.set(hit.invocation, list);
  }
  return groups;
}

const header = (headers, name) => headers.find(({ key }) => key.toLowerCase() === name)?.value;

/** The number in the one message that has it, otherwise 0. */
function numberIn(pattern, steps) {
  return Number(steps.map(({ message }) => pattern.exec(message)?.[1]).find(Boolean) ?? 0);
}

/** A success after which the newest attempt was recorded, though it had been sent before. */
function stands([newest, ...others]) {
  return others.find(({ status, completed_at }) => {
    return status === 'success' && newest.created_at < completed_at && newest.status !== status;
  });
}
