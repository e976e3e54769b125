import type { AlertMessage } from './alert-message.ts';
import { headingOf } from './heading-of.ts';
import { oneLine } from './one-line.ts';

/** Slack cuts a text at 40,000 characters, Mattermost at 16,383. */
const MOST = 3_000;

/** Mattermost and Rocket.Chat call everybody of a channel, or the one who is named, for these, whoever wrote them. */
const CALLS = /@(?=(?:all|channel|here|everyone)\b)|(?<!\w)@(?=\w)/gi;

/** In their Markdown it joins the text of a link and its address. */
const JOINT = '](';

/**
 * The text of a message in a chat. It is plain, so that it reads the same in Slack, Mattermost and Rocket.Chat, none
 * of which knows the blocks of another. Names are those that people and remote services chose: they call nobody, and
 * hide no address behind another text.
 */
export function slackText(message: AlertMessage): string {
  const { advice, summary, transition, url } = message;
  const lines = [
    `*${headingOf(message)}*: ${escaped(oneLine(summary, MOST))}`,
    // What was to do is done.
    ...(transition === 'resolved' || advice === '' ? [] : [escaped(oneLine(advice, MOST))]),
    ...(url.startsWith('http') ? [escaped(url)] : []),
  ];
  return lines.join('\n');
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(JOINT, ']\u200b(')
    .replace(CALLS, '@\u200b');
}
