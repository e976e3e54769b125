import { parseDocument } from 'yaml';
import { usageFailure } from '../failures/usage-failure.ts';
import type { Configuration } from './configuration.ts';

type Rule = readonly [is: (value: unknown) => boolean, what: string];

const text: Rule = [(value) => typeof value === 'string' && value !== '', 'text'];
const anyText: Rule = [(value) => typeof value === 'string', 'text'];
const texts: Rule = [
  (value) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
  'a list of texts',
];
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const object: Rule = [isObject, 'an object'];

const TOP = {
  version: [(value: unknown) => value === 1, '1'] as Rule,
  account: object,
  keys: texts,
  webhooks: [Array.isArray, 'a list'] as Rule,
  views: [Array.isArray, 'a list'] as Rule,
  secrets: text,
};
const ACCOUNT = { profile: text };
const WEBHOOK = {
  ...{ name: text, endpoint: text, http_method: text, request_format: text, status: text },
  ...{ description: anyText, subscriptions: texts, authentication: object, delivery: object },
};
const VIEW = { name: text, screen: text, search: anyText, columns: texts };

/**
 * Reads the text of a configuration. What a field may be is for the server to say; its kind is checked
 * here, before anything is changed.
 *
 * @throws CommandFailure that names the field, the rule and what is known
 */
export function parseConfiguration(source: string, file: string): Configuration {
  // Aliases could make a few lines as large as memory.
  const document = parseDocument(source, { merge: false });
  const [error] = document.errors;
  if (error !== undefined) throw usageFailure(`${file} is not valid YAML: ${error.message}`);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 0 });
  } catch {
    throw usageFailure(`${file} has aliases: write the values out`);
  }
  check(value, file, TOP, ['version']);
  const found = value as Configuration;
  if (found.account !== undefined) check(found.account, `${file}: account`, ACCOUNT, []);
  for (const [at, one] of (found.webhooks ?? []).entries()) {
    check(one, `${file}: webhooks[${at}]`, WEBHOOK, ['name']);
  }
  for (const [at, one] of (found.views ?? []).entries()) {
    check(one, `${file}: views[${at}]`, VIEW, ['name', 'screen']);
  }
  once(found.webhooks?.map(({ name }) => name) ?? [], `${file}: webhooks`);
  once(found.views?.map(({ screen, name }) => `${screen}/${name}`) ?? [], `${file}: views`);
  return found;
}

function check(
  value: unknown,
  where: string,
  rules: Readonly<Record<string, Rule>>,
  required: readonly string[],
): void {
  if (!isObject(value)) throw usageFailure(`${where} must be an object`);
  for (const name of required) {
    if (!(name in value)) throw usageFailure(`${where} must have "${name}"`);
  }
  for (const [name, one] of Object.entries(value)) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (rule === undefined) {
      const known = Object.keys(rules).join(', ');
      throw usageFailure(`${where} has no field "${name}"`, `There are ${known}.`);
    }
    if (!rule[0](one)) throw usageFailure(`${where}.${name} must be ${rule[1]}`);
  }
}

/** Names are what an entry is found by. */
function once(names: readonly string[], where: string): void {
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw usageFailure(`${where} have "${twice}" twice`);
}
