import { existsSync, readFileSync } from 'node:fs';
import { DockerfileParser } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const TEXT = readFileSync('deploy/container/Dockerfile', 'utf8');
const file = DockerfileParser.parse(TEXT);
const settings = new Set(
  [...readFileSync('docs/settings.md', 'utf8').matchAll(/^\| `(HOOKTRAIL_\w+)`/gm)].map(
    ([, name]) => name,
  ),
);
const textsOf = (keyword: string) =>
  file
    .getInstructions()
    .filter((instruction) => instruction.getKeyword() === keyword)
    .map((instruction) => instruction.getArgumentsContent() as string);
const stages = file.getFROMs().map((from) => from.getBuildStage());

describe('the Dockerfile', () => {
  test('is valid', () => {
    expect(validate(TEXT)).toEqual([]);
  });

  test('copies what exists, and the package.json of each workspace', () => {
    const copied = file.getCOPYs().filter((copy) => copy.getFromFlag() === null);
    const sources = copied.flatMap((copy) =>
      copy
        .getArguments()
        .slice(0, -1)
        .map((argument) => argument.getValue()),
    );
    for (const source of sources) expect(existsSync(source), source).toBe(true);
    const { workspaces } = JSON.parse(readFileSync('package.json', 'utf8'));
    for (const name of workspaces) expect(sources).toContain(`${name}/package.json`);
    const from = file.getCOPYs().flatMap((copy) => copy.getFromFlag()?.getValue() ?? []);
    for (const stage of from) expect(stages).toContain(stage);
    expect(stages.slice(-2)).toEqual(['without-postgres', 'hooktrail']);
  });

  test('sets settings that exist, and runs the command as nobody in particular', () => {
    const names = file
      .getENVs()
      .flatMap((env) => env.getProperties().map((each) => each.getName()));
    for (const name of names) if (name !== 'NODE_ENV') expect(settings, name).toContain(name);
    expect(textsOf('USER')).toEqual(['10001:10001']);
    expect(textsOf('VOLUME')).toEqual(['/var/lib/hooktrail']);
    expect(textsOf('ENTRYPOINT')).toEqual(['["node", "/opt/hooktrail/cli/bin/hooktrail.js"]']);
    expect(textsOf('CMD')).toEqual(['["start"]']);
    expect(JSON.parse(readFileSync('cli/package.json', 'utf8')).bin.hooktrail).toBe(
      'bin/hooktrail.js',
    );
  });
});

describe('the file for Compose', () => {
  const {
    services,
    volumes,
    'x-node': node,
  } = parse(readFileSync('deploy/container/compose.yaml', 'utf8'), { merge: true });

  test('sets settings that exist, in two nodes alike', () => {
    for (const name of Object.keys(node.environment)) expect(settings, name).toContain(name);
    for (const name of ['node-1', 'node-2']) {
      const { ports, ...same } = services[name];
      expect(same).toEqual(node);
      expect(ports).toEqual([expect.stringMatching(/^127\.0\.0\.1:\d+:4400$/)]);
    }
    expect(node.build).toEqual({
      context: '../..',
      dockerfile: 'deploy/container/Dockerfile',
      target: 'without-postgres',
    });
    expect(node).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
    const delay = Number(node.environment.HOOKTRAIL_DRAIN_DELAY_SECONDS);
    // The longest time limit of a webhook, and what stops before and after the deliveries.
    expect(Number.parseInt(node.stop_grace_period, 10)).toBeGreaterThanOrEqual(delay + 60 + 10);
  });

  test('has its secrets in a file that neither git nor an image takes', () => {
    expect(readFileSync('deploy/container/compose.yaml', 'utf8')).toContain('> .env\n');
    expect(readFileSync('.gitignore', 'utf8').split('\n')).toContain('.env');
    expect(readFileSync('.dockerignore', 'utf8').split('\n')).toContain('**/.env');
  });

  test('names volumes that it has', () => {
    const used = Object.values(services).flatMap((service) =>
      (service as { volumes: string[] }).volumes.map((volume) => volume.split(':')[0]),
    );
    expect([...new Set(used)].sort()).toEqual(Object.keys(volumes).sort());
  });
});
