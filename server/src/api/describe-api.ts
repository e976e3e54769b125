import { pino } from 'pino';
import { shareRoom } from '../config/share-room.ts';
import { buildApp } from './app.ts';
import type { Services } from './services/services.ts';

/** The OpenAPI document of all routes, as formatted JSON. The same routes give the same bytes. */
export async function describeApi(): Promise<string> {
  // Declaring the routes needs only these services; the others are used when a route is called.
  const services = {
    log: pino({ level: 'silent' }),
    directory: { tokensVersion: 0 },
    limits: {
      connections: 1_000,
      accountPerMinute: 0,
      tokenPerMinute: 0,
      failedLoginsPerMinute: 0,
    },
    room: shareRoom(1),
    metrics: { requests: { route: () => () => undefined } },
    trustedProxies: [],
  } as unknown as Services;
  const app = await buildApp(services);
  const document = `${JSON.stringify(app.swagger(), null, 2)}\n`;
  await app.close();
  return document;
}
