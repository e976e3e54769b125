/**
 * Makes a function that runs work immediately if none ran within the last `intervalMs`, and queues
 * it otherwise. After each interval it runs 1/`parts` of the queue, at least one. That leaves room
 * for other work in between, and a long queue does not take much longer than a short one.
 */
export function spreadOut(intervalMs: number, parts: number): (work: () => void) => void {
  const waiting: (() => void)[] = [];
  let pausing = false;

  function pause(): void {
    pausing = true;
    setTimeout(next, intervalMs);
  }

  function next(): void {
    if (waiting.length === 0) {
      pausing = false;
      return;
    }
    pause();
    for (let count = Math.ceil(waiting.length / parts); count > 0; count--) waiting.shift()?.();
  }

  return (work) => {
    if (pausing) {
      waiting.push(work);
      return;
    }
    pause();
    work();
  };
}
