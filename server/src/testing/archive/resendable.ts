import { newId, uuidFromId } from '../../model/ids.ts';
import { createSecretBox } from '../../secrets/secret-box.ts';
import { createTestArchive } from '../test-archive.ts';
import { idAt } from '../test-trail.ts';

type Sql = (text: string, values?: unknown[]) => Promise<unknown>;

/** The key of test nodes. */
const SECRETS = createSecretBox(Buffer.alloc(32, 7));

interface Options {
  /** The name of its source. */
  readonly name: string;
  readonly endpoint: string;
  /** Undefined: the source has none. */
  readonly secret?: string | undefined;
  readonly masking?: boolean;
  readonly accountId?: number;
}

interface Request {
  readonly status?: string;
  readonly sent?: boolean;
  /** Null: its body was not archived. */
  readonly body?: string | null;
  readonly masked?: boolean;
  readonly method?: string | null;
  readonly url?: string | null;
  readonly headers?: readonly string[];
  readonly ageMs?: number;
}

/** An archived webhook whose invocations have what they sent. */
export interface Resendable {
  readonly sourceId: string;
  readonly webhookId: string;
  readonly remoteId: string;
  /** Adds an invocation that failed, or another one. Resolves to its id. */
  add(request?: Request): Promise<string>;
}

/** Makes a source with a webhook, as polling a remote account would have. */
export async function makeResendable(sql: Sql, options: Options): Promise<Resendable> {
  const { accountId = 1, endpoint, masking = true, name, secret } = options;
  const archive = createTestArchive(sql);
  const sourceId = await archive.source(name, accountId);
  const webhookId = await archive.webhook(sourceId, { name: `hook of ${name}`, accountId });
  const remoteId = `remote-of-${name}`;
  await sql(
    `update archive_webhook set remote_id = $2, endpoint = $3, http_method = 'POST', request_format = 'json'
    where id = $1`,
    [uuidFromId(webhookId), remoteId, endpoint],
  );
  await sql('update source set resend = $2, resend_secrets = $3, masking = $4 where id = $1', [
    uuidFromId(sourceId),
    secret === undefined ? 'none' : 'given',
    secret === undefined ? null : SECRETS.seal(JSON.stringify({ [remoteId]: secret })),
    masking,
  ]);
  return {
    sourceId,
    webhookId,
    remoteId,
    async add({
      ageMs = 60_000,
      body = '{"type":"t","n":1}',
      headers = ['Content-Type', 'application/json', 'X-Zendesk-Account-Id', '4711'],
      masked = false,
      method = null,
      sent = true,
      status = 'server error',
      url = null,
    } = {}) {
      const id = idAt(Date.now() - ageMs);
      const eventId = newId(Date.now());
      if (body !== null) {
        await archive.event(eventId, { accountId, sourceId, body });
        await sql('update archive_event set masked = $2 where id = $1', [
          uuidFromId(eventId),
          masked,
        ]);
      }
      await archive.invocation(webhookId, {
        id,
        ...(body !== null && { eventId }),
        outcomes: [{ status, sent, ...(sent && { requestHeaders: headers }) }],
      });
      await sql('update archive_attempt set method = $2, url = $3 where invocation_id = $1', [
        uuidFromId(id),
        method,
        url,
      ]);
      return id;
    },
  };
}
