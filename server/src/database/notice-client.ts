import pg from 'pg';

/**
 * Lets a backend look every 5 s whether its client is still there while it waits for a lock or computes. Those of
 * statements that were given up would pile up otherwise, one for each connection every 20 s, until the server has no
 * more, and keep the locks that they have.
 */
export async function noticeClient(query: (text: string) => Promise<unknown>): Promise<void> {
  try {
    await query("set client_connection_check_interval = '5s'");
  } catch (error) {
    // A server that cannot look, as one on Windows, refuses it.
    if (!(error instanceof pg.DatabaseError)) throw error;
  }
}
