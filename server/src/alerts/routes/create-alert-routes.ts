import type { Logger } from 'pino';
import type { Acceptor } from '../../accept/acceptor.ts';
import type { Dial } from '../../addresses/dialled.ts';
import type { Database } from '../../database/database.ts';
import type { Directory } from '../../directory/directory.ts';
import { createFetch } from '../../http-client/create-fetch.ts';
import { logFailure } from '../../log/log-failure.ts';
import type { Clock } from '../../model/clock.ts';
import { newId } from '../../model/ids.ts';
import type { MailSettings } from '../../model/mail-settings.ts';
import type { SecretBox } from '../../secrets/secret-box.ts';
import { noteAlertRoute } from '../../sql/note-alert-route.ts';
import type { AlertEvaluator } from '../alert-evaluator.ts';
import { AlertRepeater } from './alert-repeater.ts';
import { createRouteStore, type RouteStore } from './create-route-store.ts';
import { createSend, type Send } from './create-send.ts';
import { HeartbeatCaller } from './heartbeat-caller.ts';
import { NoticeRunner, SEND_MS } from './notice-runner.ts';
import type { AlertRoute } from './route-values.ts';
import { SendFailure } from './send-failure.ts';
import { testMessage } from './test-message.ts';

interface Parts {
  readonly acceptor: Pick<Acceptor, 'invoke'>;
  readonly clock: Clock;
  readonly database: Database;
  /** By the address rules, and through the proxy where there is one. */
  readonly dial: Dial;
  readonly directory: Pick<Directory, 'webhook'>;
  readonly heartbeatUrl: string | undefined;
  readonly log: Logger;
  readonly mail: MailSettings | undefined;
  /** Where people reach the console. */
  readonly publicUrl: string | undefined;
  readonly secrets: SecretBox;
}

/** What those who tell of the result need of the evaluation. */
interface Evaluating {
  readonly evaluator: Pick<AlertEvaluator, 'evaluations' | 'isEvaluating'>;
  /** Names this node, as its lease does. */
  readonly node: string;
  readonly notReadyReason: () => Promise<string | undefined>;
}

/** What became of the test of a route. */
export interface RouteTest {
  readonly isSent: boolean;
  /** The status of an answer over HTTP, or of a mail server that refused. */
  readonly status: number | undefined;
  readonly error: string | undefined;
  /** The invocation that carries it, to a webhook. */
  readonly invocationId: string | undefined;
}

/** Where alerts go, and what brings them there. */
export interface AlertRoutes {
  readonly store: RouteStore;
  /** Sends a message that says that it is a test, now. It takes 10 s at most. */
  test(route: AlertRoute): Promise<RouteTest>;
  /** Looks for notices that are due. */
  wake(): void;
  /** Begins to send: the node that evaluates does. */
  start(evaluating: Evaluating): void;
  stop(): Promise<void>;
}

/** Nobody reads the body of a heartbeat's answer. */
const HEARTBEAT_BYTES = 64 * 1024;

/** The account whose share of look-ups the heartbeat uses: that of the operators. */
const OPERATORS = 1;

/** Wires the routes of alerts. */
export function createAlertRoutes(parts: Parts): AlertRoutes {
  const { acceptor, clock, database, dial, directory, log, mail, publicUrl, secrets } = parts;
  const store = createRouteStore({ clock, database, secrets });
  const send: Send = createSend({ acceptor, dial, directory, mail });
  const notices = new NoticeRunner({ database, log, publicUrl, routes: store, secrets, send });
  const repeater = new AlertRepeater({ database, log, publicUrl, secrets, send });
  let heartbeat: HeartbeatCaller | undefined;
  const stopping = new AbortController();
  const tests = new Set<Promise<RouteTest>>();

  async function tested(route: AlertRoute): Promise<RouteTest> {
    const { accountId, id, name, target } = route;
    const nowMs = clock.now();
    const message = testMessage({ accountId, id: newId(nowMs), name, nowMs }, publicUrl);
    const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(SEND_MS)]);
    const destination = { accountId, routeId: id, target };
    const result = await send.one(destination, message, signal).then(
      ({ invocationId, missed, status }) => ({
        isSent: missed === undefined,
        status,
        error: missed,
        invocationId,
      }),
      (error: Error) => {
        if (!(error instanceof SendFailure)) logFailure(log, error, 'could not test a route');
        const status = error instanceof SendFailure ? error.status : undefined;
        return { isSent: false, status, error: error.message, invocationId: undefined };
      },
    );
    if (!stopping.signal.aborted) {
      await database.run(noteAlertRoute, { accountId, id, error: result.error ?? null });
    }
    return result;
  }

  return {
    store,

    test(route) {
      const test = tested(route).finally(() => tests.delete(test));
      tests.add(test);
      return test;
    },

    wake: () => notices.wake(),

    start({ evaluator, node, notReadyReason }) {
      const isEvaluating = () => evaluator.isEvaluating;
      notices.start(isEvaluating);
      repeater.start(isEvaluating);
      if (parts.heartbeatUrl === undefined) return;
      const fetch = createFetch({ dial, accountId: OPERATORS, mostBytes: HEARTBEAT_BYTES });
      const own = { database, log, fetch, url: parts.heartbeatUrl };
      heartbeat = new HeartbeatCaller({
        ...own,
        evaluations: () => evaluator.evaluations,
        node,
        notReadyReason,
      });
      heartbeat.start();
    },

    async stop() {
      stopping.abort();
      await Promise.all([
        notices.stop(),
        repeater.stop(),
        heartbeat?.stop(),
        Promise.allSettled(tests),
      ]);
    },
  };
}
