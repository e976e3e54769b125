import type { HeaderEntry, WebhookInvocation, WebhookInvocationAttempt } from '@hooktrail/sdk';
import { clockTime } from './clock-time.ts';
import { dressStatus } from './dress-status.ts';
import type { Screen } from './screen.ts';
import { WIDTH } from './width.ts';

const BODY_LINES = 8;
const INDENT = '      ';

/**
 * Shows the attempts of an invocation, newest first: the whole request and answer of the newest,
 * and the differences of the earlier ones.
 */
export function showAttempts(
  screen: Screen,
  invocation: WebhookInvocation,
  attempts: readonly WebhookInvocationAttempt[],
): void {
  const [newest] = attempts;
  screen.line();
  screen.line(screen.style('bold', `The attempts of ${invocation.id}, newest first`));
  for (const [index, attempt] of attempts.entries()) {
    const { status, statusCode, createdAt, durationMs, request, response } = attempt;
    const outcome = [status, statusCode].join(' ').trim();
    const when = createdAt === undefined ? '' : `  ${clockTime(createdAt, 3)} UTC`;
    screen.line();
    screen.line(
      `  ${attempts.length - index}. ${dressStatus(screen, status)(outcome)}${when}` +
        `  ${durationMs} ms  ${screen.style('dim', attempt.id)}`,
    );
    if (attempt.errorMessage !== undefined) screen.line(`     ${attempt.errorMessage}`);
    const before = attempt === newest ? undefined : newest;
    showMessage(screen, 'request', request, before?.request);
    if (response !== undefined) showMessage(screen, 'answer', response, before?.response);
  }
}

interface Message {
  readonly headers?: readonly HeaderEntry[];
  readonly payload?: string;
}

function showMessage(
  screen: Screen,
  name: string,
  message: Message | undefined,
  known: Message | undefined,
): void {
  const headers = (message?.headers ?? []).filter(
    ({ key, value }) =>
      !known?.headers?.some((other) => other.key === key && other.value === value),
  );
  const { payload = '' } = message ?? {};
  const showsBody = payload !== '' && payload !== known?.payload;
  const differs = headers.length > 0 || showsBody;
  const how = known === undefined ? '' : differs ? ', as above except' : ', as above';
  screen.line(`     ${screen.style('cyan', name)}${how}`);
  for (const { key, value } of headers) {
    screen.line(`${INDENT}${screen.style('dim', `${key}:`)} ${value}`);
  }
  if (!showsBody) return;
  const room = WIDTH - INDENT.length;
  // The answer of an endpoint must not control the terminal.
  const text = payload.replaceAll(/\p{Cc}/gu, ' ');
  const lines = text.match(new RegExp(`.{1,${room}}`, 'gsu')) ?? [];
  for (const line of lines.slice(0, BODY_LINES)) screen.line(INDENT + line);
  if (lines.length > BODY_LINES) screen.line(`${INDENT}… (${payload.length} characters)`);
}
