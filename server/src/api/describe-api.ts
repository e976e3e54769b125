import { pino } from 'pino';
import { buildApp } from './app.ts';
import type { Services } from './services/services.ts';

/** The OpenAPI document of all routes, as formatted JSON: the same bytes for the same routes. */
export async function describeApi(): Promise<string> {
  // Routes are declared without anything behind them; only calling one would need it.
  const services = {
    log: pino({ level: 'silent' }),
    directory: { tokensVersion: 0 },
    limits: { tokenPerMinute: 0, failedLoginsPerMinute: 0 },
    trustedProxies: [],
  } as unknown as Services;
  const app = await buildApp(services);
  const document = `${JSON.stringify(app.swagger(), null, 2)}\n`;
  await app.close();
  return document;
}
