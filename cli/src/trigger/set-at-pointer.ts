import { usageFailure } from '../failures/usage-failure.ts';
import { exactJson } from './exact-json.ts';

type Container = Record<string, unknown> | unknown[];

/**
 * Sets the value that `/pointer=value` names, and makes the objects that lead to it. The value is JSON, or
 * text where it is none. Where the sample has a text it stays one, so that `/detail/id=9876` is an id as
 * Zendesk writes them.
 *
 * @throws CommandFailure for a pointer that leads nowhere
 */
export function setAtPointer(target: Record<string, unknown>, assignment: string): void {
  const at = assignment.indexOf('=');
  const pointer = assignment.slice(0, Math.max(0, at));
  if (!pointer.startsWith('/') || /~(?![01])/.test(pointer)) {
    throw usageFailure(
      `--set must be a JSON pointer, = and a value, such as /detail/priority=LOW; got "${assignment}"`,
    );
  }
  const names = pointer
    .slice(1)
    .split('/')
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = names.pop() as string;
  let holder: Container = target;
  for (const name of names) {
    const key = keyOf(holder, name, pointer);
    const next: unknown = Object.hasOwn(holder, key) ? Reflect.get(holder, key) : undefined;
    if (next === undefined || next === null) {
      const made = {};
      put(holder, key, made);
      holder = made;
    } else if (typeof next === 'object') holder = next as Container;
    else throw usageFailure(`--set ${pointer}: "${name}" is no object: nothing can be inside it`);
  }
  const key = keyOf(holder, last, pointer);
  const before: unknown = Object.hasOwn(holder, key) ? Reflect.get(holder, key) : undefined;
  put(holder, key, readValue(assignment.slice(at + 1), before, pointer));
}

/** The place in an array, which may be the one after its end, or the name of a member. */
function keyOf(holder: Container, name: string, pointer: string): string {
  if (!Array.isArray(holder)) return name;
  const key = name === '-' ? String(holder.length) : name;
  if (/^(?:0|[1-9]\d{0,5})$/.test(key) && Number(key) <= holder.length) return key;
  throw usageFailure(
    `--set ${pointer}: "${name}" is no place in a list of ${holder.length}; - is the one after its end`,
  );
}

/** `__proto__` is a name like every other. */
const put = (holder: Container, key: string, value: unknown): void => {
  Object.defineProperty(holder, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
};

function readValue(text: string, before: unknown, pointer: string): unknown {
  if (typeof before === 'string' && text !== 'null') return text;
  try {
    JSON.parse(text);
  } catch {
    return text;
  }
  return exactJson(text, `--set ${pointer}`);
}
