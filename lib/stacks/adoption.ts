import type { CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';

/** What an import into CloudFormation needs of one stack: a template of nothing but what is taken back, and what each resource is. */
export interface Adoption {
  readonly stack: string;
  readonly region: string;
  readonly template: { readonly Resources: Resources };
  /** In the form of `--resources-to-import`. */
  readonly resources: readonly ResourceToImport[];
}

interface ResourceToImport {
  readonly ResourceType: string;
  readonly LogicalResourceId: string;
  readonly ResourceIdentifier: Readonly<Record<string, string>>;
}

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
}

type Resources = Readonly<Record<string, Resource>>;

/**
 * How CloudFormation identifies what stays when a stack goes and has a name that follows from the plan. Logs have names that
 * CloudFormation made up: they are left as they are, and a new deployment makes new ones.
 */
const IDENTIFIERS: Readonly<Record<string, string>> = {
  'AWS::Backup::BackupVault': 'BackupVaultName',
  'AWS::KMS::Alias': 'AliasName',
  'AWS::KMS::Key': 'KeyId',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::S3::BucketPolicy': 'Bucket',
};

/**
 * @param keyIdOf id of the key that an alias stands for: a key has no name
 * @returns undefined where the stack keeps nothing that has a name
 */
export async function adoptionOf(
  stack: CloudFormationStackArtifact,
  keyIdOf: (alias: string) => Promise<string>,
): Promise<Adoption | undefined> {
  const { Resources: all }: { Resources: Resources } = stack.template;
  const kept = new Map(
    Object.entries(all).filter(
      ([id, { Type, DeletionPolicy }]) =>
        DeletionPolicy === 'Retain' && Type in IDENTIFIERS && nameIn(all, id) !== undefined,
    ),
  );
  if (kept.size === 0) return undefined;
  const resources = await Promise.all(
    [...kept].map(async ([id, { Type }]): Promise<ResourceToImport> => {
      const name = nameIn(all, id) ?? '';
      const value = Type === 'AWS::KMS::Key' ? await keyIdOf(name) : name;
      return {
        ResourceType: Type,
        LogicalResourceId: id,
        ResourceIdentifier: { [IDENTIFIERS[Type] ?? '']: value },
      };
    }),
  );
  const template = {
    Resources: Object.fromEntries([...kept].map(([id, one]) => [id, selfContained(one, kept)])),
  };
  return { stack: stack.stackName, region: stack.environment.region, template, resources };
}

/** The name by which it is known: of a policy that of its bucket, of a key its alias. */
function nameIn(all: Resources, id: string): string | undefined {
  const { Type, Properties } = all[id] ?? { Type: '', Properties: {} };
  if (Type === 'AWS::KMS::Key') {
    const alias = Object.entries(all).find(
      ([, one]) => one.Type === 'AWS::KMS::Alias' && references(one.Properties.TargetKeyId).has(id),
    );
    return alias && nameIn(all, alias[0]);
  }
  if (Type === 'AWS::S3::BucketPolicy') {
    const [bucket] = references(Properties.Bucket);
    return bucket === undefined ? undefined : nameIn(all, bucket);
  }
  const name = Properties[IDENTIFIERS[Type] ?? ''];
  return typeof name === 'string' ? name : undefined;
}

/** Without what names a resource that is not taken back, such as the role of a replication: the next deployment sets it. */
function selfContained(resource: Resource, kept: ReadonlyMap<string, Resource>): Resource {
  const own = Object.entries(resource.Properties).filter(([, value]) =>
    [...references(value)].every((id) => kept.has(id)),
  );
  return { ...resource, Properties: Object.fromEntries(own) };
}

/** Logical ids that a value refers to. */
function references(value: unknown): Set<string> {
  if (Array.isArray(value)) return union(value.map(references));
  if (typeof value !== 'object' || value === null) return new Set();
  return union(
    Object.entries(value).map(([key, inner]) => {
      if (key === 'Ref') return new Set([`${inner}`]);
      if (key === 'Fn::GetAtt' && Array.isArray(inner)) return new Set([`${inner[0]}`]);
      return references(inner);
    }),
  );
}

const union = (sets: readonly Set<string>[]): Set<string> =>
  new Set(sets.flatMap((set) => [...set]));
