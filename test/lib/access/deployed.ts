import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import { tidemarkApp } from '../../../lib/stacks/app.ts';
import { EnvironmentStage } from '../../../lib/stacks/stage.ts';

interface Template {
  readonly Resources: Readonly<
    Record<
      string,
      { readonly Type: string; readonly Properties?: Readonly<Record<string, unknown>> }
    >
  >;
}

/** A resource with what CloudFormation would put in for references to roles, keys and buckets. */
export interface Deployed {
  readonly type: string;
  readonly account: string;
  readonly region: string;
  /** What `Ref` is, and the attribute `Arn`. */
  readonly ref: string;
  readonly arn: string;
  readonly properties: unknown;
}

export function deploy(compiled: CompiledPlan, failback = false): Deployed[] {
  const { stacks } = new EnvironmentStage(tidemarkApp(), { compiled, failback }).synth();
  return stacks.flatMap(({ template, environment }) => deployed(template, environment));
}

function deployed(
  { Resources }: Template,
  { account, region }: { readonly account: string; readonly region: string },
): Deployed[] {
  const named = Object.entries(Resources).map(([id, { Type, Properties = {} }]) => {
    const ref = String(Properties[NAME[Type] ?? ''] ?? id);
    return { id, type: Type, ref, arn: arnOf(Type, ref, account, region), given: Properties };
  });
  const values = new Map<string, string>([
    ['AWS::AccountId', account],
    ['AWS::Region', region],
    ['AWS::Partition', 'aws'],
    ...named
      .filter(({ type }) => type in NAME)
      .flatMap(({ id, ref, arn }): [string, string][] => [
        [id, ref],
        [`${id}.Arn`, arn],
      ]),
  ]);
  return named.map(({ given, ...resource }) => ({
    ...resource,
    account,
    region,
    properties: withValues(given, values),
  }));
}

/** Property that has the name of a resource, of the types that policies are about. */
const NAME: Readonly<Record<string, string>> = {
  'AWS::IAM::Role': 'RoleName',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::KMS::Key': '',
};

function arnOf(type: string, name: string, account: string, region: string): string {
  if (type === 'AWS::S3::Bucket') return `arn:aws:s3:::${name}`;
  if (type === 'AWS::KMS::Key') return `arn:aws:kms:${region}:${account}:key/${name}`;
  return `arn:aws:iam::${account}:role/${name}`;
}

function withValues(value: unknown, values: ReadonlyMap<string, string>): unknown {
  const put = (one: unknown): unknown => withValues(one, values);
  if (Array.isArray(value)) return value.map(put);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [[name, of] = []] = entries;
  if (name === 'Ref') return values.get(String(of)) ?? value;
  if (name === 'Fn::GetAtt' && Array.isArray(of)) return values.get(of.join('.')) ?? value;
  if (name === 'Fn::Join' && Array.isArray(of)) {
    const parts = put(of[1]);
    const whole = Array.isArray(parts) && parts.every((part) => typeof part === 'string');
    return whole ? parts.join(of[0]) : { 'Fn::Join': [of[0], parts] };
  }
  return Object.fromEntries(entries.map(([key, one]) => [key, put(one)]));
}
