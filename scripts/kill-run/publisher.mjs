import { createHash } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { call } from './call.mjs';
import { EVENT_END } from './event-end.mjs';
import { createRandom } from './random.mjs';

/** A publisher gives up on an answer after this time, and repeats the request. */
const ANSWER_MS = 8_000;
/** The order of this list is the order in which `expected` reports them. */
const FIELDS = ['id', 'subject', 'time', 'event', 'account_id', 'zendesk_event_version'];

/**
 * Publishes events until `stop` and enters each into its file when, and only when, the node has
 * answered 202. A request without a clear answer is repeated with the same bytes and the same key,
 * on any node, for as long as it takes: at the end every event that was ever sent is accepted.
 */
export class Publisher {
  accepted = [];
  answers = new Map();
  #n = 0;

  /** `expects(type)` lists the webhooks that subscribe to a type. */
  constructor({ name, seed, ports, token, file, expects, violate }) {
    Object.assign(this, { name, ports, token, file, expects, violate });
    this.random = createRandom(seed, `publisher ${name}`);
    this.prefix = `${name}-${seed}`;
  }

  /** One request: an event with a key, an event with an id, or a batch. Returns when it is accepted. */
  async publish(types) {
    const drawn = this.random.between(0, 1);
    if (drawn < 0.4) await this.#single(this.#event(this.random.pick(types), false));
    else if (drawn < 0.7) await this.#single(this.#event(this.random.pick(types), true));
    else
      await this.batch(
        Array.from({ length: this.random.whole(2, 8) }, () => this.random.pick(types)),
      );
  }

  /** Publishes one event for each type as a batch. */
  async batch(types) {
    let waiting = types.map((type) => this.#event(type, true));
    await this.#repeat(async (port) => {
      const body = `[${waiting.map(({ text }) => text).join(',')}]`;
      const answer = await this.#post(port, '/v1/events/batch', body, {});
      if (answer?.status !== 200) return answer;
      const left = [];
      for (const [index, result] of answer.json.results.entries()) {
        const event = waiting[index];
        if (result.status === 202) this.#enter(event, result);
        else if (result.status === 503) left.push(event);
        else this.violate('unexpected answers to publishers', `${event.id}: ${result.status}`);
      }
      waiting = left;
      return waiting.length === 0 ? answer : undefined;
    });
  }

  /** Sends some accepted events again: the answers must be the first ones. */
  async sendAgain(count) {
    for (let i = 0; i < count && this.accepted.length > 0; i++) {
      const event = this.random.pick(this.accepted);
      const headers = event.key === undefined ? {} : { 'idempotency-key': event.key };
      const answer = await call(this.ports[0], this.token, 'POST', '/v1/events', {
        body: event.text,
        headers,
      });
      const ids = (list) => JSON.stringify(list?.map(({ id }) => id).sort());
      if (answer.status !== 202 || ids(answer.json.invocations) !== ids(event.invocations)) {
        const what = `${event.eventId}: ${answer.status} ${ids(answer.json?.invocations)}`;
        this.violate('events sent again that got another answer', what);
      }
    }
  }

  async #single(event) {
    const headers = event.key === undefined ? {} : { 'idempotency-key': event.key };
    await this.#repeat(async (port) => {
      const answer = await this.#post(port, '/v1/events', event.text, headers);
      if (answer?.status === 202) this.#enter(event, answer.json);
      return answer;
    });
  }

  async #repeat(send) {
    for (;;) {
      const answer = await send(this.random.pick(this.ports));
      if (answer !== undefined) {
        if (answer.status === 200 || answer.status === 202) return;
        if (answer.status !== 503) {
          const what = `${answer.status} ${JSON.stringify(answer.json).slice(0, 300)}`;
          this.violate('unexpected answers to publishers', what);
          return;
        }
      }
      await sleep(this.random.between(100, 500));
    }
  }

  /** The answer, or undefined if none came. */
  async #post(port, path, body, headers) {
    const answer = await call(port, this.token, 'POST', path, {
      body,
      headers,
      timeoutMs: ANSWER_MS,
    }).catch(() => undefined);
    const word = answer === undefined ? 'none' : String(answer.status);
    this.answers.set(word, (this.answers.get(word) ?? 0) + 1);
    return answer;
  }

  /** An event with all fields and an id, or only type and detail and a key. */
  #event(type, full) {
    const n = ++this.#n;
    const id = `${this.prefix}-${n}`;
    const head = full
      ? `"id":"${id}","subject":"kill:run:${n}","time":"2026-01-31T12:00:00.123456789Z",` +
        '"event":{ "was" : null },"account_id":17,"zendesk_event_version":"2022-11-06",'
      : '';
    // Numbers and escapes that a parser would not give back as they came.
    const detail =
      `{"n":${n},"price":49.90,"big":12345678901234567890,"text":"\\u00e9 é ☃ \\/",` +
      `"pad":"${'x'.repeat(this.random.whole(0, this.random.chance(0.02) ? 60_000 : 600))}",${EVENT_END}`;
    const text = `{"type":"${type}",${head}"detail":${detail}}`;
    return {
      id,
      type,
      text,
      hash: createHash('sha256').update(text.slice(0, -1)).digest('hex'),
      adds: full ? [] : FIELDS,
      ...(full ? {} : { key: `key-${id}` }),
    };
  }

  #enter(event, result) {
    const entry = {
      ...event,
      at: Date.now(),
      eventId: result.event.id,
      invocations: result.invocations,
    };
    const { text, ...kept } = entry;
    appendFileSync(this.file, `${JSON.stringify({ ...kept, bytes: text.length })}\n`);
    this.accepted.push(entry);
    const named = result.invocations.map(({ webhook_id }) => webhook_id).sort();
    const expected = [...this.expects(event.type)].sort();
    if (JSON.stringify(named) !== JSON.stringify(expected) || result.skipped.length > 0) {
      const what = `${event.id}: ${JSON.stringify(result).slice(0, 500)}`;
      this.violate('answers that do not name each subscribed webhook', what);
    }
  }
}
