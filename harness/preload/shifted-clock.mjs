/*
 * Shifts the clock of the process that loads it (node --import) by TEST_CLOCK_SHIFT_MS, and by
 * TEST_CLOCK_JUMP_MS more from SIGUSR2 on. Clocks that measure durations stay right, as they do on
 * a machine whose clock is set.
 */
let shiftMs = Number(process.env.TEST_CLOCK_SHIFT_MS ?? 0);
const RealDate = Date;
const realNow = Date.now;

function now() {
  return realNow() + shiftMs;
}

globalThis.Date = new Proxy(RealDate, {
  apply: () => new RealDate(now()).toString(),
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
});

const origin = performance.timeOrigin;
Object.defineProperty(performance, 'timeOrigin', { get: () => origin + shiftMs });

process.on('SIGUSR2', () => {
  shiftMs += Number(process.env.TEST_CLOCK_JUMP_MS ?? 0);
  process.stderr.write(`the clock jumped: ${new Date().toISOString()}\n`);
});
