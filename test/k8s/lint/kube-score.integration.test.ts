import { kubeScore, type Remark } from '../../support/kube-score.ts';
import { EVERY_PLAN, everyObject } from '../every-plan.ts';
import type { KubernetesObject } from '../synthesised.ts';
import { EXCEPTIONS } from './exceptions.ts';

/** Not on by default, and wanted. */
const OPTIONAL = ['container-seccomp-profile', 'container-memory-requests-equal-limits'];
/** Of each cluster: what it is given, and nothing that is looked at by people first. */
const APPLIED = /^(clusters\/[^/]+)?$/;

const excepted = ({ check, object }: Remark) =>
  EXCEPTIONS.filter((exception) => exception.check === check && exception.objects.test(object));

/** Objects of operators are not its matter. */
const own = ({ apiVersion }: KubernetesObject) =>
  !apiVersion.split('/')[0]?.includes('.') || apiVersion.includes('.k8s.io/');

const remarks = new Map<string, readonly Remark[]>();
beforeAll(async () => {
  for (const { name, compiled } of EVERY_PLAN) {
    const objects = everyObject(compiled)
      .filter(([folder]) => APPLIED.test(folder))
      .map(([, object]) => object);
    remarks.set(name, await kubeScore(objects.filter(own), OPTIONAL));
  }
});

test.each(EVERY_PLAN)('kube-score finds nothing that has no reason in $name', ({ name }) => {
  const found = remarks.get(name) ?? [];
  expect(found.filter((remark) => excepted(remark).length === 0)).toEqual([]);
});

test('every exception is needed', () => {
  const used = new Set([...remarks.values()].flat().flatMap(excepted));
  expect(EXCEPTIONS.filter((exception) => !used.has(exception))).toEqual([]);
});

test('it would find a pod that anybody may be in', async () => {
  const pod = {
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'loose', namespace: 'shop' } },
    spec: { containers: [{ name: 'loose', image: 'example/loose:latest' }] },
  };
  expect((await kubeScore([pod], OPTIONAL)).map(({ check }) => check)).toEqual(
    expect.arrayContaining([
      'container-image-tag',
      'container-resources',
      'container-security-context-readonlyrootfilesystem',
      'container-seccomp-profile',
      'pod-networkpolicy',
    ]),
  );
});
