import type { Template } from 'aws-cdk-lib/assertions';

/** The subset of IAM's evaluation that these policies use: statements, wildcards and the conditions below. */
export interface Request {
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string>>;
}

export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | string[];
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Condition?: Record<string, Record<string, unknown>>;
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);

const matches = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  ).test(text);

type Operator = (value: string | undefined, wanted: string) => boolean;

const OPERATORS: Record<string, Operator> = {
  StringEquals: (value, wanted) => value === wanted,
  ArnEquals: (value, wanted) => value === wanted,
  ArnLike: (value, wanted) => value !== undefined && matches(wanted, value),
  StringNotEquals: (value, wanted) => value !== wanted,
  ArnNotLike: (value, wanted) => value === undefined || !matches(wanted, value),
  StringLike: (value, wanted) => value !== undefined && matches(wanted, value),
  StringLikeIfExists: (value, wanted) => value === undefined || matches(wanted, value),
  'ForAnyValue:StringEquals': (value, wanted) => value === wanted,
  Null: (value, wanted) => (value === undefined) === (wanted === 'true'),
  Bool: (value, wanted) => value === wanted,
  NumericLessThanEquals: (value, wanted) => value !== undefined && Number(value) <= Number(wanted),
  NumericLessThan: (value, wanted) => value !== undefined && Number(value) < Number(wanted),
  NumericGreaterThan: (value, wanted) => value !== undefined && Number(value) > Number(wanted),
};

function holds({ Condition = {} }: Statement, request: Request): boolean {
  return Object.entries(Condition).every(([name, keys]) => {
    const operator = OPERATORS[name];
    if (!operator) throw new Error(`the evaluation knows no ${name}`);
    return Object.entries(keys).every(([key, wanted]) => {
      const fits = (one: unknown): boolean => operator(request.context?.[key], text(one));
      // A negated operator asks that none of the values fits.
      return name.includes('Not') ? list(wanted).every(fits) : list(wanted).some(fits);
    });
  });
}

/** References become `${LogicalId.Attribute}`, so that they compare as strings. */
export function text(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number') return `${value}`;
  const { 'Fn::GetAtt': attribute, 'Fn::Join': join, Ref: ref } = value as Record<string, unknown>;
  if (Array.isArray(attribute)) return `\${${attribute.join('.')}}`;
  if (Array.isArray(join)) return list(join[1]).map(text).join(text(join[0]));
  return `\${${ref}}`;
}

function applies(statement: Statement, request: Request): boolean {
  const named = (patterns: unknown): boolean =>
    list(patterns).some((pattern) => matches(text(pattern), request.resource));
  return (
    list(statement.Action).some((action) => matches(text(action), request.action)) &&
    (statement.NotResource === undefined
      ? named(statement.Resource)
      : !named(statement.NotResource)) &&
    holds(statement, request)
  );
}

/** Whether `statements` decide on the request; undefined where none speaks of it. */
export function decision(
  statements: readonly Statement[],
  request: Request,
): 'Allow' | 'Deny' | undefined {
  const effects = statements.filter((one) => applies(one, request)).map(({ Effect }) => Effect);
  return effects.includes('Deny') ? 'Deny' : effects[0];
}

/** Statements of a role, by its name. */
export function roleStatements(template: Template, roleName: string): Statement[] {
  const [role] = Object.values(
    template.findResources('AWS::IAM::Role', { Properties: { RoleName: roleName } }),
  );
  if (!role) throw new Error(`no role ${roleName}`);
  const { Policies } = role.Properties as {
    Policies: { PolicyDocument: { Statement: Statement[] } }[];
  };
  return Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

/** Statements of the policy of a bucket that has a name: that of the backups, or one beside it. */
export function bucketStatements(
  template: Template,
  of: 'Backups' | 'Evidence' | 'Velero' = 'Backups',
): Statement[] {
  const policies = Object.entries(template.findResources('AWS::S3::BucketPolicy'));
  const [, policy] = policies.find(([id]) => id.startsWith(`${of}BucketPolicy`)) ?? [];
  if (!policy) throw new Error(`no policy of the bucket ${of}`);
  const id: string = policy.Properties.Bucket.Ref;
  const name: string = template.findResources('AWS::S3::Bucket')[id]?.Properties.BucketName;
  // What CloudFormation would put in.
  const arn = JSON.stringify({ 'Fn::GetAtt': [id, 'Arn'] });
  const document = JSON.stringify(policy.Properties.PolicyDocument);
  return JSON.parse(document.replaceAll(arn, `"arn:aws:s3:::${name}"`)).Statement;
}
