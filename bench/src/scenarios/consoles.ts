import { setTimeout as sleep } from 'node:timers/promises';
import { callApi } from '@hooktrail/harness/call-api';
import { DAY_MS } from '@hooktrail/server/time-units';
import type { Arm, Scenario } from '../model/scenario.ts';
import type { Sizes } from '../model/sizes.ts';
import { fillInvocations } from '../stage/fill-invocations.ts';
import { type ListedAccount, makeListedAccount } from '../stage/make-listed-account.ts';
import { openConsole } from '../stage/open-console.ts';
import { type IdleScreen, recordScreen } from '../stage/record-screen.ts';
import type { Stage } from '../stage/stage.ts';

/** Screens that people leave open. */
const SCREENS = [
  ['invocations', '/console/invocations'],
  ['overview', '/console/'],
  ['webhook', '/console/webhooks/WEBHOOK'],
  ['invocation', '/console/invocations/INVOCATION'],
  ['undelivered', '/console/undelivered'],
  ['jobs', '/console/jobs'],
  ['webhooks', '/console/webhooks'],
] as const;

const NONE = 'consoles: none';

/**
 * Consoles that are left open on one view: what a screen asks for by itself is recorded in Chromium, and
 * then asked for by many tabs at once, without a browser. The figure is the statements a second, which also
 * has those of the idle node; `none` shows them.
 */
export const consoles: Scenario = {
  name: 'consoles',
  repeated: false,

  async arms(stage, sizes) {
    const toMs = Date.now();
    const [webhooks = 1] = sizes.queryWebhooks;
    const account = await makeListedAccount(stage, webhooks);
    const { eventBytes } = sizes;
    const count = Math.min(100_000, sizes.queryInvocations);
    await fillInvocations(stage, {
      ...{ account, count, eventBytes, rareEvery: count },
      ...{ fromMs: toMs - DAY_MS, toMs },
    });
    const screens = await record(stage, account, sizes);
    const arms = screens.flatMap(({ name, screen }) =>
      sizes.consoleTabs.map((tabs) => armOf(stage, account, sizes, { name, screen, tabs })),
    );
    return [armOf(stage, account, sizes, undefined), ...arms];
  },
};

async function record(stage: Stage, account: ListedAccount, sizes: Sizes) {
  const { url } = stage.hooktrail;
  const { body } = await callApi<{ invocations: readonly { id: string }[] }>({
    url: `${url}/v1/invocations?q=status:success&page[size]=1`,
    token: account.token,
    method: 'GET',
  });
  const opened = await openConsole(url, account.token);
  try {
    const screens: { name: string; screen: IdleScreen }[] = [];
    for (const [name, path] of SCREENS.slice(0, sizes.consoleScreens)) {
      const target = path
        .replace('WEBHOOK', account.webhookIds[0] ?? '')
        .replace('INVOCATION', body.invocations[0]?.id ?? '');
      screens.push({ name, screen: await recordScreen(opened, target, sizes.consoleRecorded) });
    }
    return screens;
  } finally {
    await opened.close();
  }
}

function armOf(
  stage: Stage,
  account: ListedAccount,
  { consoleSeconds, idleSettleSeconds }: Sizes,
  open: { readonly name: string; readonly screen: IdleScreen; readonly tabs: number } | undefined,
): Arm {
  const name = open === undefined ? NONE : `consoles: ${open.tabs} on ${open.name}`;
  return {
    name,
    unit: 'statements/s',
    async prepare() {
      if (open === undefined) return sleep(1_000 * idleSettleSeconds);
      const { screen, tabs: count } = open;
      const { port } = stage.hooktrail;
      await stage.tabs.call('open', { port, token: account.token, count, screen });
      // What the first of them asked is kept now.
      await sleep((1_000 * consoleSeconds) / 4);
    },
    async run() {
      const before = await stage.trail.counters();
      await sleep(1_000 * consoleSeconds);
      const after = await stage.trail.counters();
      const { failed, requests, shared } = await stage.tabs.call('close', undefined);
      if (failed > 0) throw new Error(`${name}: ${failed} of ${requests} requests failed`);
      // Reading the counters is a transaction, too.
      const value = (after.transactions - before.transactions - 1) / consoleSeconds;
      return {
        value,
        items: consoleSeconds,
        details: { requests, shared },
        note: `${name}: ${requests} requests, ${shared} of them shared`,
      };
    },
  };
}
