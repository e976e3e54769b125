import type { FastifyInstance } from 'fastify';

/** How long requests under way may take to end. Publishing takes milliseconds. */
const GRACE_MS = 5_000;

const IDLE_INTERVAL_MS = 100;

/**
 * Stops listening and waits for the answers under way, but for no client: idle connections are closed
 * as they become idle, and after a while all that are left. By itself the server would wait for
 * whoever keeps a connection open, and the deliveries behind it could not drain.
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
