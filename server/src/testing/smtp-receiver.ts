import type { AddressInfo } from 'node:net';
import type { TestCertificate } from '@hooktrail/harness/test-certificate';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

/** An e-mail that a server took. */
export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly isSecure: boolean;
  /** Who signed in, if anybody. */
  readonly user: string | undefined;
  /** As it arrived. */
  readonly raw: string;
  readonly parsed: ParsedMail;
}

/** A mail server on loopback. */
export interface SmtpReceiver {
  readonly port: number;
  readonly mails: readonly ReceivedMail[];
  /** Refuses the next messages with this reply; undefined: it takes them. */
  refuse(reply: { readonly code: number; readonly text: string } | undefined): void;
  close(): Promise<void>;
}

interface Options {
  /** It offers STARTTLS with it, or speaks TLS from the beginning. */
  readonly certificate?: TestCertificate;
  readonly isSecure?: boolean;
  /** What it wants. */
  readonly credentials?: { readonly username: string; readonly password: string };
}

/** Starts a mail server on a free port. It knows no mailbox `nobody`. */
export async function startSmtpReceiver({
  certificate,
  credentials,
  isSecure = false,
}: Options = {}): Promise<SmtpReceiver> {
  const mails: ReceivedMail[] = [];
  let refusal: { readonly code: number; readonly text: string } | undefined;
  const disabled = [
    ...(credentials === undefined ? ['AUTH'] : []),
    ...(certificate === undefined ? ['STARTTLS'] : []),
  ];
  const server = new SMTPServer({
    secure: isSecure,
    ...certificate,
    disabledCommands: disabled,
    authOptional: credentials === undefined,
    disableReverseLookup: true,
    logger: false,
    onAuth({ password, username }, _session, done) {
      const isRight = username === credentials?.username && password === credentials?.password;
      if (isRight) done(null, { user: username });
      else done(new Error('invalid user name or password'));
    },
    onRcptTo({ address }, _session, done) {
      if (address.startsWith('nobody@')) {
        done(Object.assign(new Error('no such mailbox'), { responseCode: 550 }));
      } else done();
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (refusal !== undefined) {
          done(Object.assign(new Error(refusal.text), { responseCode: refusal.code }));
          return;
        }
        const raw = Buffer.concat(chunks);
        simpleParser(raw).then((parsed) => {
          const { mailFrom, rcptTo } = session.envelope;
          mails.push({
            from: mailFrom === false ? '' : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
            isSecure: session.secure,
            user: session.user || undefined,
            raw: raw.toString('latin1'),
            parsed,
          });
          done();
        }, done);
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.server.address() as AddressInfo).port,
    mails,
    refuse(reply) {
      refusal = reply;
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
