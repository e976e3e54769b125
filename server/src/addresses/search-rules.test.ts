import { expect, it } from 'vitest';
import { NO_SEARCH, parseSearchRules, searchedNames } from './search-rules.ts';

it.each([
  ['', NO_SEARCH],
  ['nameserver 10.96.0.10\n', NO_SEARCH],
  [
    'search shop.svc.cluster.local svc.cluster.local. cluster.local\noptions ndots:5\n',
    { domains: ['shop.svc.cluster.local', 'svc.cluster.local', 'cluster.local'], ndots: 5 },
  ],
  ['search one\ndomain two\n', { domains: ['two'], ndots: 1 }],
  ['search .\n', NO_SEARCH],
  ['# search a\n; search b\nsearch c # d\n', { domains: ['c'], ndots: 1 }],
  ['options edns0 ndots:0 trust-ad\n', { domains: [], ndots: 0 }],
  ['options ndots:99\n', { domains: [], ndots: 15 }],
  ['options ndots:many\n', NO_SEARCH],
])('reads %j', (text, rules) => {
  expect(parseSearchRules(text)).toEqual(rules);
});

it.each([
  ['a', 1, ['a.x', 'a.y', 'a']],
  ['a.b', 1, ['a.b', 'a.b.x', 'a.b.y']],
  ['a.b', 2, ['a.b.x', 'a.b.y', 'a.b']],
  ['a', 0, ['a', 'a.x', 'a.y']],
  ['a.', 5, ['a']],
])('asks about %s with ndots:%i in the order of getaddrinfo', (name, ndots, names) => {
  expect(searchedNames(name, { domains: ['x', 'y'], ndots })).toEqual(names);
});
