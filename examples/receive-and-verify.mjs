// @ts-check
// Receives webhooks: verifies the signature, ignores repeats, and answers before it does the work.
//
// WEBHOOK_SECRET is the webhook's signing secret, or several separated by commas while one replaces
// the other. PORT is the port to listen on, 8080 by default.
import { createServer } from 'node:http';
import { SignatureVerificationError, verifySignature } from '@hooktrail/sdk/signature';

const MAX_BODY_BYTES = 1024 * 1024;
const MAX_REMEMBERED = 10_000;

const secret = (process.env['WEBHOOK_SECRET'] ?? '').split(',').filter(Boolean);
if (secret.length === 0) throw new Error('Set WEBHOOK_SECRET to the signing secret of the webhook');

/**
 * The ids of received invocations. Delivery is at least once, so expect repeats. Use a database if
 * the ids must survive a restart.
 *
 * @type {Set<string>}
 */
const received = new Set();

/**
 * Reads the raw body. The signature covers its bytes, which a parsed body does not keep.
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
    // Keep reading without storing: stopping here would close the connection before the response.
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
  if (received.has(id)) {
    console.log(`${id}: a repeat`);
    return 200;
  }
  received.add(id);
  const [oldest] = received;
  if (received.size > MAX_REMEMBERED && oldest !== undefined) received.delete(oldest);
  console.log(`${id}: ${body}`);
  return 204;
};

/**
 * @param {unknown} error
 * @returns {number} The status to answer with.
 */
const refuse = (error) => {
  if (error instanceof SignatureVerificationError) {
    // Only log the reason: in the response it would help an attacker.
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
