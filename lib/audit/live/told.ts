import type { CompiledPlan } from '../../plan/compiled.ts';
import { terminationProtected } from '../../plan/termination-protection.ts';
import type { Resource } from '../template.ts';
import type { Examined } from './examine.ts';
import type { Located } from './expected.ts';
import type { Drift, LiveUnseen } from './model.ts';
import { isObject, UNKNOWN } from './properties.ts';
import type { Where } from './resolve.ts';
import type { DeployedStack } from './stack.ts';

const STACK = 'AWS::CloudFormation::Stack';
/** CDK's own, which changes with its version and does nothing. */
const METADATA = 'AWS::CDK::Metadata';
/** What a deployment, also one that failed and was taken back, ends with. */
const SETTLED = /^(CREATE|UPDATE|IMPORT)_COMPLETE$|^(UPDATE|IMPORT)_ROLLBACK_COMPLETE$/;

type Seen = Located & Examined;

/** Where a resource differs from its template. */
export function driftsOf(seen: Seen, deployed: DeployedStack | undefined): Drift[] {
  const { resource, outcome, differences } = seen;
  const common = { ...namedOf(seen), byHand: changedByHand(resource, deployed) };
  if (outcome === 'absent') {
    const place = resource.whole.place;
    return [{ ...common, place, kind: 'missing', property: '', expected: null, found: null }];
  }
  return differences.map(({ path, expected, found }) => ({
    ...common,
    place: (resource.body.get(path.split(/[.[]/, 1)[0] ?? '') ?? resource.whole).place,
    kind: 'changed' as const,
    property: path,
    expected: textOf(expected),
    found: textOf(found),
  }));
}

export const unseenOf = (seen: Seen): LiveUnseen[] =>
  seen.unseen.map(({ properties, reason }) => ({
    ...namedOf(seen),
    place: seen.resource.whole.place,
    properties: [...properties],
    reason,
  }));

/** Where a stack itself is not as it must be. */
export function stackDrifts(
  { stack, region }: Where,
  deployed: DeployedStack | undefined,
  compiled: CompiledPlan,
): Drift[] {
  const place = templateOf(stack);
  const common = { place, stack, region, type: STACK, name: stack } as const;
  if (!deployed) {
    const nothing = { property: '', expected: null, found: null, byHand: false };
    return [{ ...common, kind: 'missing', ...nothing }];
  }
  const wanted = terminationProtected(compiled);
  return [
    ...(SETTLED.test(deployed.status)
      ? []
      : [changed(common, 'Status', 'UPDATE_COMPLETE', deployed.status)]),
    ...(deployed.terminationProtection === wanted || !wanted
      ? []
      : [changed(common, 'TerminationProtection', 'true', 'false')]),
  ];
}

const changed = (
  common: Pick<Drift, 'place' | 'stack' | 'region' | 'type' | 'name'>,
  property: string,
  expected: string,
  found: string,
): Drift => ({ ...common, kind: 'changed', property, expected, found, byHand: true });

/** What the stack has and its template does not: a deployment of another plan or release. */
export function extraDrifts(
  { stack, region }: Where,
  deployed: DeployedStack | undefined,
  resources: readonly Resource[],
): Drift[] {
  const ids = new Set(resources.map(({ id }) => id));
  return [...(deployed?.made ?? [])]
    .filter(([id, { type }]) => !ids.has(id) && type !== METADATA)
    .map(([id, { type, physicalId }]) => ({
      ...{
        place: templateOf(stack),
        stack,
        region,
        type,
        name: `${id} (${physicalId})`,
        kind: 'extra' as const,
      },
      ...{ property: '', expected: null, found: null, byHand: false },
    }));
}

/** For what no line of it is about. */
const templateOf = (stack: string) => ({
  file: `aws/${stack}.template.json`,
  line: 1,
  resource: '',
});

const namedOf = ({ expected }: Located) => ({
  stack: expected.stack,
  region: expected.where.region,
  type: expected.type,
  name: expected.physicalId ?? expected.logicalId,
});

/** What was deployed says the same as what is synthesised: so the deployment is not why it differs. */
function changedByHand(resource: Resource, deployed: DeployedStack | undefined): boolean | null {
  if (!deployed?.template) return null;
  const before = deployed.template[resource.id];
  const written = resource.whole.get('Properties')?.value ?? undefined;
  return isObject(before) && JSON.stringify(before.Properties) === JSON.stringify(written);
}

const textOf = (value: unknown): string | null => {
  if (value === undefined) return null;
  if (typeof value === 'string') return value;
  return JSON.stringify(value, (_, item) => (item === UNKNOWN ? '(not known)' : item)) ?? null;
};
