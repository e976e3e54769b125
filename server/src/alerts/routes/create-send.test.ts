import { startConnectProxy } from '@hooktrail/harness/connect-proxy';
import { type DnsServer, startDnsServer } from '@hooktrail/harness/dns-server';
import { type Receiver, startReceiver } from '@hooktrail/harness/receiver';
import { testAuthority, testCertificate } from '@hooktrail/harness/test-certificate';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAddressRules } from '../../addresses/address-rules.ts';
import { createNameResolver } from '../../addresses/create-name-resolver.ts';
import { createDial } from '../../addresses/dial.ts';
import type { AlertTarget } from '../../model/alert-target.ts';
import type { EgressProxy } from '../../model/egress-proxy.ts';
import type { MailSettings } from '../../model/mail-settings.ts';
import { startAlertmanagerDouble } from '../../testing/alertmanager-double.ts';
import { type SmtpReceiver, startSmtpReceiver } from '../../testing/smtp-receiver.ts';
import type { AlertMessage } from './alert-message.ts';
import { createSend, type Send } from './create-send.ts';

const ALERT = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const ROUTE = '01ARZ3NDEKTSV4RRFFQ69G5FAX';

const message: AlertMessage = {
  id: `${ALERT}.opened`,
  transition: 'opened',
  alertId: ALERT,
  accountId: 1,
  kind: 'storage',
  severity: 'critical',
  subject: 'disk',
  summary: 'The disk of the database is full in 3 days: "Größe" & <more>',
  advice: 'Enlarge the disk, or keep the trail for fewer days.',
  url: 'https://hooks.example.com/console/storage',
  value: 3,
  threshold: 7,
  startedAtMs: Date.UTC(2026, 0, 31, 12),
  openedAtMs: Date.UTC(2026, 0, 31, 12, 5),
  resolvedAtMs: undefined,
};

const authority = testAuthority('mail authority');

const cleanups: (() => Promise<unknown>)[] = [];
let dns: DnsServer;
beforeEach(async () => {
  dns = await startDnsServer(({ name }) =>
    name === 'mail.test' || name === 'chat.test' ? ['127.0.0.1'] : 'NXDOMAIN',
  );
  cleanups.push(() => dns.close());
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Given {
  readonly mail?: Partial<MailSettings> & { readonly port: number };
  readonly networks?: readonly string[];
  readonly proxy?: EgressProxy;
}

function sendWith({ mail, networks = ['127.0.0.0/8'], proxy }: Given = {}): Send {
  const resolve = createNameResolver({ servers: [dns.address] });
  return createSend({
    acceptor: { invoke: () => Promise.reject(new Error('nothing is invoked here')) },
    dial: createDial(createAddressRules(networks), resolve, proxy),
    directory: { webhook: () => undefined },
    mail: mail && {
      host: 'mail.test',
      isSecure: false,
      credentials: undefined,
      from: 'Hooktrail <alerts@Example.com>',
      ...mail,
    },
    mailAuthorities: authority.cert,
  });
}

const to = (target: AlertTarget) => ({ accountId: 1, routeId: ROUTE, target });
const soon = () => AbortSignal.timeout(10_000);

async function startMail(options: Parameters<typeof startSmtpReceiver>[0]): Promise<SmtpReceiver> {
  const server = await startSmtpReceiver(options);
  cleanups.push(() => server.close());
  return server;
}

async function startChat(): Promise<Receiver> {
  const receiver = await startReceiver();
  cleanups.push(() => receiver.close());
  return receiver;
}

const chatOf = (url: string): AlertTarget => ({
  kind: 'slack',
  url,
  authentication: { type: 'none' },
});

const certificate = () => testCertificate({ names: ['mail.test'], issuer: authority });
const mailTarget: AlertTarget = { kind: 'email', addresses: ['ann@example.com', 'bo@example.org'] };

test('a chat gets its text as JSON', async () => {
  const chat = await startChat();
  const sent = await sendWith().one(to(chatOf(`${chat.url}/services/T/B`)), message, soon());
  expect(sent).toEqual({ status: 200 });
  const [request] = chat.requests;
  expect(request).toMatchObject({ method: 'POST', path: '/services/T/B' });
  expect(request?.headers).toMatchObject({ 'content-type': 'application/json' });
  expect(JSON.parse(request?.body ?? '')).toEqual({
    text: [
      '*Critical*: The disk of the database is full in 3 days: "Größe" &amp; &lt;more&gt;',
      message.advice,
      message.url,
    ].join('\n'),
  });
});

test('says what a chat answered, without the password in its URL', async () => {
  const chat = await startChat();
  chat.behave((request, response) => response.writeHead(404).end(`no_service ${request.path}`));
  const target = chatOf(`${chat.url}/services/verysecrettoken`);
  await expect(sendWith().one(to(target), message, soon())).rejects.toMatchObject({
    name: 'SendFailure',
    message: 'the receiver answered 404: no_service ********',
    status: 404,
  });
  chat.behave((_request, response) => response.writeHead(302, { location: chat.url }).end());
  await expect(sendWith().one(to(target), message, soon())).rejects.toMatchObject({ status: 302 });
});

test.each([
  [{ type: 'bearer', token: 'a-token' }, 'the receiver answered 401: Bearer ********'],
  [
    { type: 'basic', username: 'ann', password: 'p@ss' },
    'the receiver answered 401: Basic ******** ******** of ann',
  ],
] as const)('says what an Alertmanager answered, without %j', async (authentication, words) => {
  const manager = await startChat();
  manager.behave(({ headers }, response) => {
    const password = authentication.type === 'basic' ? ` ${authentication.password} of ann` : '';
    response.writeHead(401).end(`${headers.authorization}${password}`);
  });
  const target = { kind: 'alertmanager', url: `${manager.url}/`, authentication } as const;
  const failure = { message: words, status: 401 };
  await expect(sendWith().one(to(target), message, soon())).rejects.toMatchObject(failure);
});

test('an Alertmanager keeps the query of its URL', async () => {
  const manager = await startChat();
  const authentication = { type: 'none' } as const;
  const url = `${manager.url}/prefix/?tenant=a`;
  await sendWith().one(to({ kind: 'alertmanager', url, authentication }), message, soon());
  expect(manager.requests[0]?.path).toBe('/prefix/api/v2/alerts?tenant=a');
});

test('nothing reaches an address that deliveries must not reach', async () => {
  const chat = await startChat();
  const mail = await startMail({});
  const closed = sendWith({ networks: [], mail: { port: mail.port } });
  const urls = [`${chat.url}/x`, `http://chat.test:${chat.port}/x`, 'http://169.254.169.254/x'];
  for (const url of urls) {
    const refused = { message: expect.stringContaining('address refused') };
    await expect(closed.one(to(chatOf(url)), message, soon())).rejects.toMatchObject(refused);
    const manager = { ...chatOf(url), kind: 'alertmanager' } as AlertTarget;
    await expect(closed.one(to(manager), message, soon())).rejects.toMatchObject(refused);
  }
  await expect(closed.one(to(mailTarget), message, soon())).rejects.toMatchObject({
    message: expect.stringContaining('address refused: 127.0.0.1 is a loopback address'),
  });
  expect([chat.requests, mail.mails]).toEqual([[], []]);
});

test('everything leaves through the egress proxy', async () => {
  const chat = await startChat();
  const mail = await startMail({ certificate: certificate() });
  const proxy = await startConnectProxy({ hosts: { 'mail.test': '127.0.0.1' } });
  cleanups.push(() => proxy.close());
  const send = sendWith({
    mail: { port: mail.port },
    proxy: { host: '127.0.0.1', port: proxy.port, authorization: undefined, exceptions: [] },
  });
  await send.one(to(chatOf(`${chat.url}/x`)), message, soon());
  await send.one(to(mailTarget), message, soon());
  expect(proxy.asked.map(({ target }) => target)).toEqual([
    `127.0.0.1:${chat.port}`,
    `mail.test:${mail.port}`,
  ]);
  expect(mail.mails).toHaveLength(1);
  expect(mail.mails[0]?.isSecure).toBe(true);
});

test('a receiver that does not answer costs the time limit, and no more', async () => {
  const chat = await startChat();
  chat.behave(() => undefined);
  const late = AbortSignal.timeout(50);
  await expect(sendWith().one(to(chatOf(chat.url)), message, late)).rejects.toMatchObject({
    message: 'timeout: no answer within the time limit',
  });
});

test('an e-mail is one that mail programs understand', async () => {
  const server = await startMail({ certificate: certificate() });
  const send = sendWith({ mail: { port: server.port } });
  await send.one(to(mailTarget), message, soon());
  const end = {
    id: `${ALERT}.resolved`,
    transition: 'resolved',
    resolvedAtMs: Date.now(),
  } as const;
  await send.one(to(mailTarget), { ...message, ...end }, soon());
  const [first, second] = server.mails;
  expect(first).toMatchObject({
    from: 'alerts@example.com',
    to: ['ann@example.com', 'bo@example.org'],
    isSecure: true,
    user: undefined,
  });
  const { parsed } = first as NonNullable<typeof first>;
  expect(parsed.subject).toBe(
    '[Hooktrail] Critical: The disk of the database is full in 3 days: "Größe" & <more>',
  );
  expect(parsed.from?.text).toBe('"Hooktrail" <alerts@example.com>');
  expect(parsed.text).toContain('full in 3 days: "Größe" & <more>');
  expect(parsed.text).toContain(message.url);
  expect(parsed.html).toContain('&quot;Größe&quot; &amp; &lt;more&gt;');
  expect(parsed.headers.get('auto-submitted')).toBe('auto-generated');
  expect(parsed.headers.get('list')).toMatchObject({ id: { id: 'hooktrail-alerts.example.com' } });
  expect(parsed.headers.get('x-hooktrail-message')).toBe(`${ALERT}.opened`);
  expect(parsed.messageId).toBe(`<${ALERT}.opened.${ROUTE}@example.com>`.toLowerCase());
  expect(second?.parsed.inReplyTo).toBe(parsed.messageId);
  expect(second?.parsed.references).toBe(parsed.messageId);
  expect(second?.parsed.subject).toMatch(/^\[Hooktrail\] Resolved: /);
});

test('a subject cannot add a header', async () => {
  const server = await startMail({});
  const summary = 'Webhook "a\r\nBcc: eve@example.com\r\n\r\nhello": down';
  await sendWith({ mail: { port: server.port } }).one(
    to(mailTarget),
    { ...message, summary },
    soon(),
  );
  const [mail] = server.mails;
  expect(mail?.to).toEqual(['ann@example.com', 'bo@example.org']);
  expect(mail?.parsed.bcc).toBeUndefined();
  expect(mail?.parsed.subject).toBe(
    '[Hooktrail] Critical: Webhook "a Bcc: eve@example.com hello": down',
  );
});

test.each([
  ['with STARTTLS', false],
  ['over TLS from the beginning', true],
])('a password is sent %s', async (_how, isSecure) => {
  const credentials = { username: 'ann', password: 'p@ss word' };
  const server = await startMail({ certificate: certificate(), credentials, isSecure });
  const send = sendWith({ mail: { port: server.port, credentials, isSecure } });
  await send.one(to(mailTarget), message, soon());
  expect(server.mails).toMatchObject([{ isSecure: true, user: 'ann' }]);
  const wrong = { ...credentials, password: 'wrong-password' };
  const refused = sendWith({ mail: { port: server.port, credentials: wrong, isSecure } });
  await expect(refused.one(to(mailTarget), message, soon())).rejects.toMatchObject({
    name: 'SendFailure',
    message: expect.stringMatching(/^the mail server refused the message: .*535/),
  });
});

test('a password is not sent in the clear', async () => {
  const credentials = { username: 'ann', password: 'p@ss word' };
  const server = await startMail({ credentials });
  const send = sendWith({ mail: { port: server.port, credentials } });
  const failure = await send.one(to(mailTarget), message, soon()).catch((error: Error) => error);
  expect(failure).toMatchObject({ name: 'SendFailure' });
  expect(server.mails).toEqual([]);
});

test('a mail server with a certificate of another name gets nothing', async () => {
  const server = await startMail({
    certificate: testCertificate({ names: ['other.test'], issuer: authority }),
    isSecure: true,
  });
  const send = sendWith({ mail: { port: server.port, isSecure: true } });
  await expect(send.one(to(mailTarget), message, soon())).rejects.toMatchObject({
    name: 'SendFailure',
    message: expect.stringMatching(/tls|altname|certificate/i),
  });
  expect(server.mails).toEqual([]);
});

test('says what a mail server refused, and that none is set', async () => {
  const server = await startMail({});
  server.refuse({ code: 550, text: 'no such mailbox' });
  const send = sendWith({ mail: { port: server.port } });
  await expect(send.one(to(mailTarget), message, soon())).rejects.toMatchObject({
    status: 550,
    message: expect.stringContaining('no such mailbox'),
  });
  await expect(sendWith().one(to(mailTarget), message, soon())).rejects.toMatchObject({
    message: 'no mail server is set: see HOOKTRAIL_SMTP_URL',
  });
});

test('says which of several mailboxes a mail server refused', async () => {
  const server = await startMail({});
  const target = { kind: 'email', addresses: ['ann@example.com', 'nobody@example.com'] } as const;
  const sent = await sendWith({ mail: { port: server.port } }).one(to(target), message, soon());
  expect(sent).toEqual({ missed: 'the mail server refused nobody@example.com' });
  expect(server.mails).toMatchObject([{ to: ['ann@example.com'] }]);
});

test('a mail server that says nothing costs the time limit, and no more', async () => {
  const silent = await startReceiver();
  cleanups.push(() => silent.close());
  const send = sendWith({ mail: { port: silent.port } });
  await expect(send.one(to(mailTarget), message, AbortSignal.timeout(50))).rejects.toMatchObject({
    message: 'timeout: the mail server did not take the message within the time limit',
  });
});

test.each([
  [{ type: 'none' }, undefined],
  [
    { type: 'basic', username: 'ann', password: 'pä:ss' },
    `Basic ${Buffer.from('ann:pä:ss').toString('base64')}`,
  ],
  [{ type: 'bearer', token: 'abc' }, 'Bearer abc'],
] as const)('an Alertmanager takes what is posted, with %j', async (authentication, header) => {
  const manager = await startAlertmanagerDouble('/alerting');
  cleanups.push(() => manager.close());
  const target = { kind: 'alertmanager', url: `${manager.url}/`, authentication } as const;
  const send = sendWith();
  await send.one(to(target), message, soon());
  const test = { ...message, id: `${ALERT}.test`, transition: 'test', kind: 'test' } as const;
  await send.one(to(target), test, soon());
  await send.repeat(to(target), [message, { ...message, subject: 'other' }], soon());
  expect(manager.refused).toEqual([]);
  expect(manager.authorizations).toEqual([header, header, header]);
  expect(manager.posts.map((alerts) => alerts.length)).toEqual([1, 1, 2]);
  expect(manager.posts[0]?.[0]).toMatchObject({
    labels: { alertname: 'HooktrailStorage', severity: 'critical', subject: 'disk' },
    annotations: { summary: message.summary },
  });
  expect(manager.posts[0]?.[0]).not.toHaveProperty('endsAt');
  // A test ends by itself.
  expect(manager.posts[1]?.[0]).toHaveProperty('endsAt', '2026-01-31T12:01:00.000Z');
});
