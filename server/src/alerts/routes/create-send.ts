import type { Acceptor } from '../../accept/acceptor.ts';
import type { Dial } from '../../addresses/dialled.ts';
import type { Directory } from '../../directory/directory.ts';
import { createFetch } from '../../http-client/create-fetch.ts';
import type { AlertTarget, HttpTarget } from '../../model/alert-target.ts';
import type { MailSettings } from '../../model/mail-settings.ts';
import { alertMail } from './alert-mail.ts';
import type { AlertMessage } from './alert-message.ts';
import { alertmanagerAlert } from './alertmanager-alert.ts';
import { postJson } from './post-json.ts';
import { SendFailure } from './send-failure.ts';
import { sendMail } from './send-mail.ts';
import { sendOperationalEvent } from './send-operational-event.ts';
import { slackText } from './slack-text.ts';

/** Where a message goes. */
export interface Destination {
  readonly accountId: number;
  readonly routeId: string;
  readonly target: AlertTarget;
}

/** What the receiver said. */
export interface Sent {
  /** The status of its answer, over HTTP. */
  readonly status?: number;
  /** The invocation that carries it, to a webhook. */
  readonly invocationId?: string;
  /** Who of several did not get it, and why: trying again would reach the others twice. */
  readonly missed?: string;
}

/** How messages leave. The promises reject with a `SendFailure`. */
export interface Send {
  one(destination: Destination, message: AlertMessage, signal: AbortSignal): Promise<Sent>;
  /** Posts what is open to an Alertmanager, which forgets what is not repeated. */
  repeat(
    destination: Destination,
    messages: readonly AlertMessage[],
    signal: AbortSignal,
  ): Promise<void>;
}

interface Parts {
  readonly acceptor: Pick<Acceptor, 'invoke'>;
  /** By the address rules, and through the proxy where there is one. */
  readonly dial: Dial;
  readonly directory: Pick<Directory, 'webhook'>;
  /** Undefined: no server is set, and no e-mail leaves. */
  readonly mail: MailSettings | undefined;
  /** Authorities that the mail server's certificate may be from beside those of the machine; for tests. */
  readonly mailAuthorities?: string | undefined;
}

/** No receiver has more to say. */
const MOST_BYTES = 64 * 1024;

/** Wires what sends messages, by the kind of the target. */
export function createSend({ acceptor, dial, directory, mail, mailAuthorities }: Parts): Send {
  const post = async (
    accountId: number,
    target: HttpTarget,
    body: unknown,
    signal: AbortSignal,
  ) => {
    const fetch = createFetch({ dial, accountId, mostBytes: MOST_BYTES });
    return { status: await postJson(fetch, target, body, signal) };
  };

  const postAlerts = (
    accountId: number,
    target: HttpTarget,
    messages: readonly AlertMessage[],
    signal: AbortSignal,
  ) => {
    // What follows a question mark, such as the tenant of a proxy, stays behind the path.
    const url = new URL(target.url);
    url.pathname = `${url.pathname.replace(/\/+$/, '')}/api/v2/alerts`;
    const there = { ...target, url: url.href };
    return post(accountId, there, messages.map(alertmanagerAlert), signal);
  };

  return {
    async one({ accountId, routeId, target }, message, signal) {
      switch (target.kind) {
        case 'slack':
          return post(accountId, target, { text: slackText(message) }, signal);
        case 'alertmanager':
          return postAlerts(accountId, target, [message], signal);
        case 'email': {
          if (mail === undefined) {
            throw new SendFailure('no mail server is set: see HOOKTRAIL_SMTP_URL');
          }
          const written = alertMail(message, routeId, domainOf(mail.from));
          const parts = { dial, mail, authorities: mailAuthorities };
          const missed = await sendMail(parts, accountId, target.addresses, written, signal);
          return missed === undefined ? {} : { missed };
        }
        case 'webhook': {
          const destination = { webhookId: target.webhookId, routeId };
          const parts = { acceptor, directory };
          return { invocationId: await sendOperationalEvent(parts, destination, message) };
        }
      }
    },

    async repeat({ accountId, target }, messages, signal) {
      if (target.kind === 'alertmanager') await postAlerts(accountId, target, messages, signal);
    },
  };
}

/** Of an address, or of a name with an address in angle brackets. */
function domainOf(from: string): string {
  return (/@([^@>\s]+)>?\s*$/.exec(from)?.[1] ?? 'localhost').toLowerCase();
}
