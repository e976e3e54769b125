import type { AddressInfo } from 'node:net';
import type { Acceptor } from '@hooktrail/server/acceptor';
import { createAddressRules } from '@hooktrail/server/address-rules';
import { buildApp } from '@hooktrail/server/app';
import type { Directory } from '@hooktrail/server/directory';
import { newId } from '@hooktrail/server/ids';
import { createLog } from '@hooktrail/server/log';
import { shareRoom } from '@hooktrail/server/share-room';
import { tokenHash } from '@hooktrail/server/token-hash';
import { TOKEN } from '../wire/token.ts';
import { serve } from './serve.ts';

/** The commands of a process that runs the server's API with an acceptor that has no database. */
export interface BareAccept {
  /** Listens, and answers with the port. */
  start(nothing: undefined): Promise<number>;
}

/** Answers as the real acceptor does when one webhook matches. */
const acceptor: Acceptor = {
  async publish(_accountId, event) {
    const nowMs = Date.now();
    const webhookId = newId(nowMs);
    return {
      event: { id: event.id },
      invocations: [{ id: newId(nowMs), webhook_id: webhookId }],
      skipped: [],
    };
  },
  publishAll: (accountId, publications) =>
    Promise.all(publications.map(({ event }) => acceptor.publish(accountId, event, undefined))),
  invoke: async () => newId(Date.now()),
};

const hash = tokenHash(TOKEN);
const directory: Directory = {
  account: () => undefined,
  accounts: () => [],
  learnSecret: async () => false,
  tokenByHash: (given) =>
    given.equals(hash) ? { id: '', accountId: 1, name: 'bench', role: 'admin' } : undefined,
  tokenById: () => undefined,
  inboxByHash: () => undefined,
  tokensVersion: 1,
  webhooks: () => [],
  webhook: () => undefined,
  webhooksInOrder: async () => [],
  subscribers: () => [],
  version: () => 0,
  refreshAccount: async () => undefined,
};

async function unused(): Promise<never> {
  throw new Error('this process only accepts events');
}

serve<BareAccept>({
  async start() {
    const app = await buildApp({
      acceptor,
      access: {
        createAccount: unused,
        updateAccount: unused,
        createToken: unused,
        revokeToken: unused,
      },
      addressRules: createAddressRules([]),
      alertRoutes: {
        store: {
          list: unused,
          find: unused,
          webhookIds: unused,
          create: unused,
          change: unused,
          delete: unused,
        },
        test: unused,
      },
      alerts: {
        rules: unused,
        changeRule: unused,
        mutes: unused,
        mute: unused,
        unmute: unused,
        acknowledge: unused,
      },
      archive: {
        check: unused,
        resend: unused,
        store: {
          list: unused,
          find: unused,
          settingsOf: () => {
            throw new Error('this process only accepts events');
          },
          create: unused,
          change: unused,
          setPaused: unused,
          poll: unused,
          delete: unused,
        },
      },
      clock: { now: () => Date.now() },
      cursorKey: new Uint8Array(32),
      database: { run: unused, transaction: unused, close: async () => undefined },
      directory,
      feed: { join: unused, leave: () => {}, placeOf: () => undefined, wake: () => {} },
      feedKey: new Uint8Array(32),
      headerBox: { seal: (value) => value, open: () => undefined, isSealed: () => false },
      inboxes: {
        list: unused,
        find: unused,
        create: unused,
        update: unused,
        rotate: unused,
        delete: unused,
      },
      jobs: {
        store: {
          create: unused,
          pause: unused,
          resume: unused,
          cancel: unused,
          change: unused,
        },
        estimateErase: unused,
        heldBy: () => undefined,
        estimate: unused,
        exports: {
          open: unused,
          check: unused,
          estimate: unused,
          openFile: unused,
          deleteFiles: unused,
        },
        start: async () => undefined,
        stop: unused,
      },
      limits: {
        connections: 1_000,
        accountPerMinute: 0,
        tokenPerMinute: 0,
        failedLoginsPerMinute: 0,
      },
      log: createLog('warn'),
      oneLane: false,
      metrics: {
        requests: { route: () => () => undefined },
        feedSkipped: { add: () => undefined },
        searchBytes: { add: () => undefined },
        text: unused,
      },
      checks: async () => [],
      notReadyReason: async () => undefined,
      problems: { of: unused },
      publicUrl: undefined,
      room: shareRoom(1),
      retentionDays: 7,
      search: unused,
      consoleFolder: undefined,
      sessions: {
        isOurs: () => false,
        expiresAtMs: () => 0,
        find: unused,
        create: unused,
        createCode: unused,
        takeCode: unused,
        end: unused,
      },
      rollupKeptMs: { minute: 14 * 86_400_000, hour: 400 * 86_400_000, day: 400 * 86_400_000 },
      replay: unused,
      closeBreaker: unused,
      probeBreakerNow: unused,
      flushBreakerCounts: unused,
      storage: { read: unused },
      trustedProxies: [],
      sendTrial: unused,
      webhooks: { create: unused, update: unused, delete: unused },
    });
    await app.listen({ host: '127.0.0.1', port: 0 });
    return (app.server.address() as AddressInfo).port;
  },
});
