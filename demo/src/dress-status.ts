import type { Screen, Style } from './screen.ts';

/** How to dress the name of a status, or anything else that tells of it. */
export function dressStatus(screen: Screen, status: string): (text: string) => string {
  const style: Style = status === 'success' ? 'green' : status === 'accepted' ? 'cyan' : 'red';
  return (text) => screen.style(style, text);
}
