/**
 * Makes a function that does what it is given: at once, or when it has been given more than `most` in
 * one turn of the event loop, in the turns that follow, in order. What comes from elsewhere has its turn
 * in between.
 */
export function inTurns(most: number): (work: () => void) => void {
  const waiting: (() => void)[] = [];
  let done = 0;

  function nextTurn(): void {
    done = 0;
    for (let count = Math.min(most, waiting.length); count > 0; count--) doNow(waiting.shift());
  }

  function doNow(work: (() => void) | undefined): void {
    if (done++ === 0) setImmediate(nextTurn);
    work?.();
  }

  return (work) => {
    if (done < most && waiting.length === 0) doNow(work);
    else waiting.push(work);
  };
}
