import type { Template } from 'aws-cdk-lib/assertions';

const REGION = 'eu-central-1';
const ACCOUNT = '123456789012';

/** As CloudFormation puts it in: references become the names and ARNs that the resources have. */
export function text(template: Template, value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number') return `${value}`;
  const { Ref: ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value as Record<string, unknown>;
  if (Array.isArray(join))
    return join[1].map((part: unknown) => text(template, part)).join(join[0]);
  if (Array.isArray(attribute)) return arnOf(template, value);
  return nameOf(template, String(ref));
}

/** Everything in a value, however deep. */
export function resolved(template: Template, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => resolved(template, one));
  if (typeof value !== 'object' || value === null) return value;
  const keys = Object.keys(value);
  if (keys.length === 1 && /^(Ref|Fn::)/.test(keys[0] ?? '')) return text(template, value);
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, resolved(template, one)]),
  );
}

const NAMES: Readonly<Record<string, string>> = {
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::KMS::Alias': 'AliasName',
  'AWS::S3::Bucket': 'BucketName',
};

/** Where a resource has no name of its own, its logical id stands for the one that AWS gives it. */
function nameOf(template: Template, id: string): string {
  if (id === 'AWS::Region') return REGION;
  const resource = template.toJSON().Resources[id];
  if (!resource) throw new Error(`nothing is called ${id}`);
  return resource.Properties?.[NAMES[resource.Type] ?? ''] ?? id;
}

export function arnOf(template: Template, value: unknown): string {
  const { 'Fn::GetAtt': attribute } = value as { 'Fn::GetAtt': [string, string] };
  const [id] = attribute;
  const name = nameOf(template, id);
  const service: Readonly<Record<string, string>> = {
    'AWS::CloudWatch::Alarm': `cloudwatch:${REGION}:${ACCOUNT}:alarm:`,
    'AWS::KMS::Key': `kms:${REGION}:${ACCOUNT}:key/`,
  };
  return `arn:aws:${service[template.toJSON().Resources[id].Type] ?? ''}${name}`;
}
