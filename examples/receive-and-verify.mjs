// @ts-check
// A receiver of webhooks: verifies the signature, drops repeats, and answers before it works.
//
// WEBHOOK_SECRET is the webhook's signing secret, or several of them with commas between while one
// is being replaced. PORT is where to listen, 8080 if not given.
import { createServer } from 'node:http';
import { SignatureVerificationError, verifySignature } from '@hooktrail/sdk/signature';

const MAX_BODY_BYTES = 1024 * 1024;
const MAX_REMEMBERED = 10_000;

const secret = (process.env['WEBHOOK_SECRET'] ?? '').split(',').filter(Boolean);
if (secret.length === 0) throw new Error('Set WEBHOOK_SECRET to the signing secret of the webhook');

/**
 * Invocations that have been taken. Delivery is at least once, so a repeat is no surprise. One
 * that must survive a restart belongs into a database.
 *
 * @type {Set<string>}
 */
const taken = new Set();

/**
 * The raw body: the signature is over its bytes, and a parsed body has other ones.
 *
 * @param {import('node:http').IncomingMessage} request
 * @returns {Promise<Buffer | undefined>} `undefined` when it is too large.
 */
const readBody = async (request) => {
  /** @type {Buffer[]} */
  const chunks = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    // Read on, but not kept: to stop here would close the connection before the answer.
    if (length <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return length <= MAX_BODY_BYTES ? Buffer.concat(chunks) : undefined;
};

/**
 * @param {import('node:http').IncomingMessage} request
 * @returns {Promise<number>} The status to answer with.
 */
const receive = async (request) => {
  const body = await readBody(request);
  if (!body) return 413;
  await verifySignature({ secret, body, headers: request.headers });
  const id = String(request.headers['x-zendesk-webhook-invocation-id'] ?? '');
  if (taken.has(id)) {
    console.log(`${id}: a repeat`);
    return 200;
  }
  taken.add(id);
  const [oldest] = taken;
  if (taken.size > MAX_REMEMBERED && oldest !== undefined) taken.delete(oldest);
  console.log(`${id}: ${body}`);
  return 204;
};

/**
 * @param {unknown} error
 * @returns {number} The status to answer with.
 */
const refuse = (error) => {
  if (error instanceof SignatureVerificationError) {
    // For the own log alone: the reason would help who is guessing.
    console.error(`refused: ${error.reason}`);
    return 401;
  }
  console.error(error);
  return 500;
};

const server = createServer((request, response) => {
  void receive(request)
    .catch(refuse)
    .then((status) => response.writeHead(status).end());
});

server.listen(Number(process.env['PORT'] ?? 8080), () => {
  const address = server.address();
  console.log(`listening on port ${typeof address === 'object' ? address?.port : address}`);
});
