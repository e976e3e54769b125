import type { FastifyInstance } from 'fastify';

/** How long requests in flight may take to finish. Publishing takes milliseconds. */
const GRACE_MS = 5_000;

const IDLE_INTERVAL_MS = 100;

/**
 * Stops listening and waits for requests in flight, for at most 5 s. Connections close as they
 * become idle, and all that remain close at the end. Without this, Fastify would wait for every
 * keep-alive client, and the deliveries could not drain.
 */
export async function closeApp(app: FastifyInstance): Promise<void> {
  const idle = setInterval(() => app.server.closeIdleConnections(), IDLE_INTERVAL_MS);
  const grace = setTimeout(() => app.server.closeAllConnections(), GRACE_MS);
  try {
    await app.close();
  } finally {
    clearInterval(idle);
    clearTimeout(grace);
  }
}
