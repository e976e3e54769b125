import { pino } from 'pino';
import { expect, it } from 'vitest';
import { StopList } from './stop-list.ts';

it('stops every part once, the last first, and names those that fail', async () => {
  const lines: string[] = [];
  const stops = new StopList(pino({}, { write: (line: string) => lines.push(line) }));
  const stopped: string[] = [];
  stops.add('the database', () => stopped.push('database'));
  stops.add('the recorder', () => Promise.reject(new Error('stuck')));
  stops.add('the API', () => {
    throw new Error('broken');
  });
  stops.add('the listener', async () => stopped.push('listener'));

  expect(stops.begun).toBe(false);
  const stopping = stops.stop();
  expect(stops.begun).toBe(true);
  expect(stops.stop()).toBe(stopping);
  await stopping;

  expect(stopped).toEqual(['listener', 'database']);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 50, msg: 'could not stop the API', err: { message: 'broken' } },
    { level: 50, msg: 'could not stop the recorder', err: { message: 'stuck' } },
  ]);
});
