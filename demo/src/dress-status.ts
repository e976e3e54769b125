import type { Screen, Style } from './screen.ts';

/** Returns the function that colours a text by a status. */
export function dressStatus(screen: Screen, status: string): (text: string) => string {
  const style: Style = status === 'success' ? 'green' : status === 'accepted' ? 'cyan' : 'red';
  return (text) => screen.style(style, text);
}
