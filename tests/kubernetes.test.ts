import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';

const FOLDER = 'deploy/kubernetes';
const LABELS = { 'app.kubernetes.io/name': 'hooktrail' };

// biome-ignore lint/suspicious/noExplicitAny: manifests of every kind
type Manifest = any;

const read = (path: string): Manifest[] =>
  parseAllDocuments(readFileSync(join(FOLDER, path), 'utf8'), { uniqueKeys: true }).map(
    (document) => {
      expect(document.errors, path).toEqual([]);
      return document.toJS();
    },
  );
const one = (path: string): Manifest => read(path)[0];

const filesOf = (folder: string) =>
  readdirSync(join(FOLDER, folder)).map((name) => join(folder, name));
const FILES = [...filesOf('base'), ...filesOf('example'), 'secret.template.yaml'];

const { spec: deployment } = one('base/deployment.yaml');
const pod = deployment.template.spec;
const [container] = pod.containers;
const settings = new Set(
  [...readFileSync('docs/settings.md', 'utf8').matchAll(/^\| `(HOOKTRAIL_\w+)`/gm)].map(
    ([, name]) => name,
  ),
);
const settingOf = (literals: string[], name: string) =>
  literals.find((literal) => literal.startsWith(`${name}=`))?.slice(name.length + 1);

describe('the manifests', () => {
  test('are all named by a kustomization, whose files exist', () => {
    const named = new Set(['secret.template.yaml']);
    for (const file of FILES.filter((name) => name.endsWith('kustomization.yaml'))) {
      named.add(file);
      const { patches = [], resources = [] } = one(file);
      for (const path of [...resources, ...patches.map((patch: Manifest) => patch.path)]) {
        named.add(join(dirname(file), path));
      }
    }
    expect([...named].filter((path) => path !== 'base').sort()).toEqual(FILES.sort());
    for (const file of FILES)
      for (const { apiVersion, kind } of read(file)) expect(apiVersion && kind).toBeTruthy();
  });

  test('select the pods of the deployment, and nothing else', () => {
    expect(one('base/kustomization.yaml').labels).toEqual([
      { pairs: LABELS, includeTemplates: true },
    ]);
    expect(deployment.selector.matchLabels).toEqual(LABELS);
    expect(one('base/service.yaml').spec.selector).toEqual(LABELS);
    expect(one('base/disruption-budget.yaml').spec.selector.matchLabels).toEqual(LABELS);
    const { spec: policy } = one('base/network-policy.yaml');
    expect(policy.podSelector.matchLabels).toEqual(LABELS);
    // kube-dns has no label of ours.
    expect(policy.egress[0].to[0].podSelector.matchLabels).toEqual({ 'k8s-app': 'kube-dns' });
    // Link-local addresses are closed otherwise: that of a cloud's metadata is one.
    expect(policy.egress[0].to[1].ipBlock).toEqual({ cidr: '169.254.20.10/32' });
    expect(policy.egress.flatMap(({ to = [] }: Manifest) => to).at(2).ipBlock.except).toContain(
      '169.254.0.0/16',
    );
    for (const spread of pod.topologySpreadConstraints) {
      expect(spread.labelSelector.matchLabels).toEqual(LABELS);
    }
  });

  test('set only settings that exist', () => {
    const literals = ['base', 'example'].flatMap((folder) =>
      one(`${folder}/kustomization.yaml`).configMapGenerator.flatMap(
        (made: Manifest) => made.literals,
      ),
    );
    const secret = one('secret.template.yaml');
    const names = [
      ...literals.map((literal: string) => literal.split('=')[0]),
      ...Object.keys(secret.stringData),
    ];
    for (const name of names) expect(settings, name).toContain(name);
    expect(container.envFrom).toEqual([
      { configMapRef: { name: one('base/kustomization.yaml').configMapGenerator[0].name } },
      { secretRef: { name: secret.metadata.name } },
    ]);
    // A service called hooktrail makes HOOKTRAIL_PORT, with which no node starts.
    expect(one('base/service.yaml').metadata.name).toBe('hooktrail');
    expect(pod.enableServiceLinks).toBe(false);
  });

  test('let a node drain before it is killed', () => {
    const literals = one('base/kustomization.yaml').configMapGenerator[0].literals;
    const delay = Number(settingOf(literals, 'HOOKTRAIL_DRAIN_DELAY_SECONDS'));
    const { failureThreshold, periodSeconds } = container.readinessProbe;
    expect(delay).toBeGreaterThan(failureThreshold * periodSeconds);
    // The longest time limit of a webhook, and what stops before and after the deliveries.
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(delay + 60 + 10);
    expect(container.lifecycle).toBeUndefined();
    expect(deployment.strategy.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 });
  });

  test('ask paths that the API has, on its port', () => {
    const { paths } = JSON.parse(readFileSync('spec/openapi.json', 'utf8'));
    const probes = [container.startupProbe, container.livenessProbe, container.readinessProbe];
    expect(probes.map(({ httpGet }) => httpGet.path)).toEqual(['/healthz', '/healthz', '/readyz']);
    for (const { httpGet } of probes) {
      expect(paths).toHaveProperty([httpGet.path, 'get']);
      expect(httpGet.port).toBe('http');
    }
    expect(container.ports).toEqual([{ name: 'http', containerPort: 4400 }]);
    expect(one('base/service.yaml').spec.ports).toEqual([
      { name: 'http', port: 80, targetPort: 'http' },
    ]);
    expect(one('base/network-policy.yaml').spec.ingress[0].ports).toEqual([{ port: 'http' }]);
  });

  test('meet the restricted standard, with a root that is only read', () => {
    expect(one('example/namespace.yaml').metadata.labels).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'restricted',
    });
    const dockerfile = readFileSync('deploy/container/Dockerfile', 'utf8');
    const [, user] = /^USER (\d+):\d+$/m.exec(dockerfile) ?? [];
    expect(pod.securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: Number(user),
      runAsGroup: Number(user),
      fsGroup: Number(user),
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(pod.automountServiceAccountToken).toBe(false);
    expect(one('base/service-account.yaml').automountServiceAccountToken).toBe(false);
    const [, volume] = /^VOLUME (\S+)$/m.exec(dockerfile) ?? [];
    expect(container.volumeMounts).toEqual([{ name: 'data', mountPath: volume }]);
    for (const kind of ['hostNetwork', 'hostPID', 'hostIPC']) expect(pod[kind]).toBeUndefined();
  });
});

const kubectl = (...args: string[]) => spawnSync('kubectl', args, { encoding: 'utf8' });

// Not on every machine. `npm run check-kubernetes` also validates the result against the schemas of Kubernetes.
test.skipIf(kubectl('version', '--client').status !== 0)('kustomize builds the example', () => {
  const { status, stderr, stdout } = kubectl('kustomize', join(FOLDER, 'example'));
  expect(stderr).toBe('');
  expect(status).toBe(0);
  const built = parseAllDocuments(stdout).map((document) => document.toJS() as Manifest);
  expect(built.map(({ kind }) => kind).sort()).toEqual([
    'ConfigMap',
    'Deployment',
    'Namespace',
    'NetworkPolicy',
    'PersistentVolumeClaim',
    'PodDisruptionBudget',
    'Service',
    'ServiceAccount',
  ]);
  const { spec } = built.find(({ kind }) => kind === 'Deployment');
  const claim = { claimName: 'hooktrail-exports' };
  expect(spec.template.spec.volumes).toEqual([{ name: 'data', persistentVolumeClaim: claim }]);
  expect(spec.template.metadata.labels).toEqual(LABELS);
  const { spec: policy } = built.find(({ kind }) => kind === 'NetworkPolicy');
  expect(policy.egress[0].to[0].podSelector.matchLabels).toEqual({ 'k8s-app': 'kube-dns' });
});
