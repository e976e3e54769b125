import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { eventually } from '@hooktrail/harness/eventually';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BINARY } from '../testing/run-command.ts';
import { type Stage, startStage } from '../testing/stage.ts';

/** A name with everything that a shell could run or lose. */
const ODD = 'it\'s "q" $(echo run) `echo run` a:b\\c!d';

/** Answers by the last word, which must come plain. A busy machine has not always names within a second. */
const STANDS_IN = `hooktrail() {
  case "\${@: -1}" in
    'Orders, E' | '') printf '%s\\twebhook\\n' 'Orders, EU' ;;
    it) printf '%s\\twebhook\\n' '${ODD.replaceAll("'", "'\\''")}' ;;
  esac
}`;

let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
  await stage.webhook('Orders, EU', '/200', 'order.*');
  await stage.webhook(ODD, '/200', 'odd.*');
});

afterAll(async () => {
  await stage.close();
});

const complete = async (...words: string[]): Promise<string[]> => {
  const { stdout } = await stage.run(['__complete', '--', ...words]);
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : [line.split('\t')[0] ?? '']));
};

/** Names come from the server within a second or not at all; on a busy machine one presses the key again. */
const completeNames = (...words: string[]): Promise<string[]> =>
  eventually('the names', async () => {
    const found = await complete(...words);
    return found.length > 0 && found;
  });

test('commands, options, choices and names of webhooks are completed', async () => {
  expect(await complete('webh')).toEqual(['webhooks']);
  expect(await complete('jobs', 'p')).toEqual(['pause']);
  expect(await complete('tail', '--until')).toEqual(['--until-failed']);
  expect(await complete('list', '--output', 'nd')).toEqual(['ndjson']);
  expect(await completeNames('webhooks', 'get', 'ord')).toEqual(['Orders, EU']);
  expect(await completeNames('list', '--webhook', '')).toEqual([ODD, 'Orders, EU']);
  expect(await complete('trigger', 'ticket.crea')).toEqual(['ticket.created']);
  const shells = ['bash', 'zsh', 'fish', 'powershell'];
  expect(await complete('completion', '')).toEqual(shells);
  expect(await complete('completion', '""')).toEqual(shells);
  expect(await complete('--describe', 'jobs', 'p')).toEqual(['pause']);
  expect((await stage.run(['__complete', 'jobs', 'p'])).stdout).toMatch(/^pause\t/);
  // A server that is not there must not hold the shell.
  expect(await complete('webhooks', 'get', '--url', 'http://127.0.0.1:9', '')).toEqual([]);
});

/** Where each shell is, without the ones that this machine has not. */
const has = (shell: string): boolean => spawnSync(shell, ['--version']).status === 0;

/** Runs a script in a shell that finds the command by its name. */
const inShell = (shell: string, script: string): string => {
  const bin =
    shell === 'fish'
      ? `function hooktrail; '${process.execPath}' '${BINARY}' $argv; end`
      : `hooktrail() { '${process.execPath}' '${BINARY}' "$@"; }`;
  const done = spawnSync(shell, ['-c', `${bin}\n${script}`], {
    encoding: 'utf8',
    env: {
      ...process.env,
      ...stage.environment,
      PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
    },
  });
  return done.stdout + done.stderr;
};

/** The same until the output has a name, which comes from the server. */
const namesInShell = (shell: string, script: string): Promise<string> =>
  eventually('the names', () => {
    const output = inShell(shell, script);
    return output.includes('Orders') && output;
  });

describe('in real shells', () => {
  test('bash', async () => {
    const output = await namesInShell(
      'bash',
      `source <(hooktrail completion bash)
       COMP_WORDS=(hooktrail webhooks get Ord); COMP_CWORD=3; _hooktrail
       printf '%s\\n' "\${COMPREPLY[@]}"
       COMP_WORDS=(hooktrail repl); COMP_CWORD=1; _hooktrail
       printf '%s\\n' "\${COMPREPLY[@]}"`,
    );
    expect(output).toBe('Orders\\,\\ EU\nreplay\n');
  });

  test('bash goes on within quotes and after an escaped space, and runs nothing of a name', () => {
    const output = inShell(
      'bash',
      `source <(hooktrail completion bash)
       ${STANDS_IN}
       for word in '"Orders, E' "'Orders, E" 'Orders\\,\\ E' '"it' "'it" 'it' '"'; do
         COMP_WORDS=(hooktrail --output 'json' webhooks get "$word"); COMP_CWORD=5; _hooktrail
         printf '%s\n' "\${COMPREPLY[@]}"
       done`,
    );
    const escaped = ["it's", '"q"', '$(echo', 'run)', '`echo', 'run`', 'a:b\\c!d'].join(' ');
    expect(output.split('\n')).toEqual([
      'Orders, EU',
      'Orders, EU',
      'Orders\\,\\ EU',
      escaped.replace(/["$`\\]/g, '\\$&').replace('!', `"'!'"`),
      escaped.replace("'", "'\\''"),
      escaped.replace(/[ '"$`()\\!]/g, '\\$&'),
      'Orders, EU',
      '',
    ]);
  });

  test.skipIf(!has('zsh'))('zsh', async () => {
    const output = await namesInShell(
      'zsh',
      `autoload -Uz compinit && compinit -u -D
       source <(hooktrail completion zsh)
       _describe() { shift; print -l "\${(@P)1}"; }
       words=(hooktrail webhooks get Ord); CURRENT=4; _hooktrail`,
    );
    expect(output).toBe('Orders, EU:webhook\n');
  });

  test.skipIf(!has('zsh'))('zsh goes on after an escaped space, and keeps a backslash', () => {
    const output = inShell(
      'zsh',
      `autoload -Uz compinit && compinit -u -D
       source <(hooktrail completion zsh)
       ${STANDS_IN}
       _describe() { shift; print -rl "\${(@P)1}"; }
       words=(hooktrail webhooks get 'Orders,\\ E'); CURRENT=4; _hooktrail
       words=(hooktrail webhooks get '"it'); CURRENT=4; PREFIX=it; _hooktrail
       words=(hooktrail webhooks get '"'); CURRENT=4; PREFIX=; _hooktrail`,
    );
    expect(output).toBe(
      'Orders, EU:webhook\nit\'s "q" $(echo run) `echo run` a\\:b\\\\c!d:webhook\nOrders, EU:webhook\n',
    );
  });

  test.skipIf(!has('fish'))('fish, which completes files where there is nothing else', async () => {
    const output = await namesInShell(
      'fish',
      `hooktrail completion fish | source
       complete -C 'hooktrail webhooks get Ord'
       complete -C 'hooktrail publish --file package.js'`,
    );
    expect(output).toBe('Orders, EU\twebhook\npackage.json\n');
  });
});
