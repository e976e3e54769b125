import type { ComponentType } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { lazy } from 'preact-iso';
import { isReachable } from '../data/is-reachable.ts';
import { link } from '../data/link.ts';
import { Failure } from './failure.tsx';
import { Page } from './page.tsx';

const reload = () => location.reload();

/**
 * Made when it is shown: an error that a script makes while it starts lets V8 parse all of it once more, for the
 * lines of the stack. That took 11 ms of processor before the first rows.
 */
const refused = () =>
  new Error('Its code did not arrive: the node cannot be reached, or it has a new version.');

/**
 * A component whose code comes when it is first shown. If the code does not arrive, its place says so. It is
 * asked for again when the connection is back. Names of a new version differ: then "Try again" loads the page
 * anew, and its URL is the view.
 */
export function loadLate<Props extends object>(
  what: string,
  load: () => Promise<ComponentType<Props>>,
  { isScreen = false }: { readonly isScreen?: boolean } = {},
) {
  let arrived: { readonly Part: ComponentType<Props> } | undefined;
  function Refused(props: Props) {
    const [found, setFound] = useState(arrived);
    const isLost = link.value === 'lost';
    const wasLost = useRef(false);
    const again = async (): Promise<boolean> => {
      try {
        arrived = { Part: await load() };
        setFound(arrived);
        return true;
      } catch {
        if (!(await isReachable())) link.value = 'lost';
        return false;
      }
    };
    useEffect(() => {
      if (!isLost && wasLost.current) void again();
      wasLost.current = isLost;
    }, [isLost]);
    useEffect(() => {
      void isReachable().then((is) => {
        if (!is) link.value = 'lost';
      });
    }, []);
    if (found !== undefined) return <found.Part {...props} />;
    const failure = (
      <Failure
        what={what}
        error={refused()}
        onRetry={() => void again().then((has) => !has && link.peek() === 'up' && reload())}
      />
    );
    return isScreen ? <Page title={what}>{failure}</Page> : failure;
  }
  return lazy(() => load().catch(() => Refused));
}
