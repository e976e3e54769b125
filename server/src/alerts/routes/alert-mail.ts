import type { AlertMessage } from './alert-message.ts';
import { headingOf } from './heading-of.ts';
import { oneLine } from './one-line.ts';

/** An e-mail about an alert. */
export interface AlertMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** With angle brackets, as it stands in the header. */
  readonly messageId: string;
  /** The mail that this one answers, so that both are one conversation. */
  readonly inReplyTo: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** Mail programs show some 70; servers refuse lines of 998. */
const MOST_SUBJECT = 150;

/** A chat gets as much. */
const MOST_LINE = 3_000;

/** The e-mail of a message, by a route that sends from an address of `domain`. */
export function alertMail(message: AlertMessage, routeId: string, domain: string): AlertMail {
  const { advice, alertId, transition, url } = message;
  // Services and people chose parts of it: none of them adds a line to those that say what it is about.
  const summary = oneLine(message.summary, MOST_LINE);
  const heading = headingOf(message);
  const idOf = (name: string) => `<${alertId}.${name}.${routeId}@${domain}>`.toLowerCase();
  const lines = linesOf(message);
  const what = transition === 'resolved' || advice === '' ? [] : [advice];
  return {
    subject: oneLine(`[Hooktrail] ${heading}: ${summary}`, MOST_SUBJECT),
    text: [`${heading}: ${summary}`, ...what, lines.map(line).join('\n'), url, FOOTER].join('\n\n'),
    html: [
      '<!doctype html><html><body style="font-family:sans-serif;line-height:1.5">',
      `<p><strong>${escaped(heading)}:</strong> ${escaped(summary)}</p>`,
      ...what.map((text) => `<p>${escaped(text)}</p>`),
      `<p>${lines.map((each) => escaped(line(each))).join('<br>')}</p>`,
      url.startsWith('http')
        ? `<p><a href="${escaped(url)}">Open it in the console</a></p>`
        : `<p>In the console: ${escaped(url)}</p>`,
      `<p style="color:#666;font-size:smaller">${escaped(FOOTER)}</p>`,
      '</body></html>',
    ].join('\n'),
    messageId: idOf(transition),
    inReplyTo: transition === 'resolved' ? idOf('opened') : undefined,
    headers: {
      'List-Id': `Hooktrail alerts <hooktrail-alerts.${domain}>`,
      // Nobody's absence is answered to it (RFC 3834; Exchange goes by the other).
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      'X-Hooktrail-Message': message.id,
    },
  };
}

const FOOTER = 'Sent by Hooktrail because an alert route names this address.';

type Line = readonly [label: string, value: string];

const line = ([label, value]: Line) => `${label}: ${oneLine(value, MOST_LINE)}`;

function linesOf(message: AlertMessage): Line[] {
  const { kind, node, openedAtMs, resolvedAtMs, source, startedAtMs, webhook } = message;
  return [
    ['Rule', kind],
    ...(webhook === undefined ? [] : [['Webhook', `${webhook.name} (${webhook.id})`] as const]),
    ...(source === undefined ? [] : [['Source', `${source.name} (${source.id})`] as const]),
    ...(message.jobId === undefined ? [] : [['Job', message.jobId] as const]),
    ...(node === undefined ? [] : [['Node', node] as const]),
    ['Since', timeOf(startedAtMs)],
    ['Opened', timeOf(openedAtMs)],
    ...(resolvedAtMs === undefined ? [] : [['Resolved', timeOf(resolvedAtMs)] as const]),
    ['Alert', message.alertId],
  ];
}

const timeOf = (ms: number) => `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
