import type { Dial } from '../../addresses/dialled.ts';
import { classifyError } from '../../http-client/classify-error.ts';
import { DialledStream } from '../../http-client/dialled-stream.ts';
import type { MailSettings } from '../../model/mail-settings.ts';
import { MASK } from '../../secrets/mask.ts';
import type { AlertMail } from './alert-mail.ts';
import { oneLine } from './one-line.ts';
import { SendFailure } from './send-failure.ts';

interface Parts {
  readonly dial: Dial;
  readonly mail: MailSettings;
  /** Authorities beside those of the machine, in PEM; for tests. */
  readonly authorities?: string | undefined;
}

/** As much of what a server says as a failure repeats. */
const MOST_SAID = 300;

/** No phase takes longer; the signal of the caller ends all of them together. */
const PHASE_MS = 10_000;

/**
 * Hands one e-mail to the server. The connection is one that we dialled, by the address rules and through the proxy;
 * nodemailer speaks SMTP on it, and makes it TLS. It is loaded here: a node that sends no e-mail has no use for it.
 * Resolves to a text that names the addresses that the server refused, if it took the mail for others.
 *
 * @throws SendFailure
 */
export async function sendMail(
  { dial, mail, authorities }: Parts,
  accountId: number,
  to: readonly string[],
  { headers, html, inReplyTo, messageId, subject, text }: AlertMail,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { createTransport } = await import('nodemailer');
  const { credentials, from, host, isSecure, port } = mail;
  let stream: DialledStream | undefined;
  try {
    stream = await connected(dial, mail, accountId, signal);
    const connection = withTimeouts(stream);
    const transport = createTransport({
      host,
      port,
      secure: isSecure,
      // A password never goes in the clear, also where somebody on the way removes the offer of TLS.
      requireTLS: !isSecure && credentials !== undefined,
      ...(credentials && { auth: { user: credentials.username, pass: credentials.password } }),
      ...(authorities !== undefined && { tls: { ca: authorities } }),
      connectionTimeout: PHASE_MS,
      greetingTimeout: PHASE_MS,
      socketTimeout: PHASE_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
      getSocket: (_options: unknown, callback: (error: Error | null, found: unknown) => void) =>
        callback(null, { connection }),
    } as object);
    const aborted = new Promise<never>((_resolve, reject) => {
      const abort = () => reject(signal.reason as Error);
      if (signal.aborted) abort();
      signal.addEventListener('abort', abort, { once: true });
    });
    const sent = transport.sendMail({
      from,
      to: [...to],
      subject,
      text,
      html,
      messageId,
      ...(inReplyTo !== undefined && { inReplyTo, references: inReplyTo }),
      headers,
    });
    const { rejected = [] } = await Promise.race([sent, aborted]);
    if (rejected.length === 0) return undefined;
    return oneLine(`the mail server refused ${rejected.map(String).join(', ')}`, MOST_SAID);
  } catch (error) {
    throw failureOf(error, mail, signal);
  } finally {
    stream?.destroy();
  }
}

/** A connection to the server, without TLS: nodemailer adds that. */
function connected(
  dial: Dial,
  { host, port }: MailSettings,
  accountId: number,
  signal: AbortSignal,
): Promise<DialledStream> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const hostname = host.includes(':') ? `[${host}]` : host;
    const origin = {
      protocol: 'http:',
      host: `${hostname}:${port}`,
      hostname,
      port: String(port),
    };
    const abort = () => {
      stream.destroy();
      reject(signal.reason as Error);
    };
    const stream = new DialledStream(dial, origin, { accountId }, () => {
      signal.removeEventListener('abort', abort);
      stream.off('error', reject).on('error', () => undefined);
      resolve(stream);
    });
    stream.once('error', reject);
    signal.addEventListener('abort', abort, { once: true });
  });
}

/** A stream with what nodemailer calls of a socket. */
function withTimeouts(stream: DialledStream): DialledStream {
  return Object.assign(stream, { setTimeout: () => stream, setKeepAlive: () => stream });
}

function failureOf(error: unknown, { credentials }: MailSettings, signal: AbortSignal): Error {
  if (signal.aborted) {
    const isLate = (signal.reason as Error | undefined)?.name === 'TimeoutError';
    const words = isLate
      ? 'timeout: the mail server did not take the message within the time limit'
      : 'the node is stopping';
    return new SendFailure(words, { cause: error });
  }
  const { code, message, responseCode } = error as Error & { code?: string; responseCode?: number };
  const isOfSmtp =
    responseCode !== undefined || /^E(AUTH|ENVELOPE|MESSAGE|TLS|PROTOCOL)$/.test(code ?? '');
  const said = isOfSmtp
    ? `the mail server refused the message: ${message}`
    : classifyError(error).message;
  const secrets = credentials === undefined ? [] : [credentials.password];
  const shown = secrets.reduce((words, secret) => words.replaceAll(secret, MASK), said);
  return new SendFailure(oneLine(shown, MOST_SAID), { status: responseCode, cause: error });
}
