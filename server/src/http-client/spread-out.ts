/**
 * Makes a function that does what it is given: the first at once, and what comes within `intervalMs` of
 * something that was done, later, in order: after each interval one of `parts` parts of what waits, and at
 * least one. So there is room between for what comes from elsewhere, and much does not take much longer.
 */
export function spreadOut(intervalMs: number, parts: number): (work: () => void) => void {
  const waiting: (() => void)[] = [];
  let resting = false;

  function rest(): void {
    resting = true;
    setTimeout(goOn, intervalMs);
  }

  function goOn(): void {
    if (waiting.length === 0) {
      resting = false;
      return;
    }
    rest();
    for (let count = Math.ceil(waiting.length / parts); count > 0; count--) waiting.shift()?.();
  }

  return (work) => {
    if (resting) {
      waiting.push(work);
      return;
    }
    rest();
    work();
  };
}
