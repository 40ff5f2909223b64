import type { ResourceType } from '../aws-backup.ts';

interface Capabilities {
  /** As AWS Backup names it in restore tests and audits. */
  readonly name: string;
  readonly continuous: boolean;
  readonly cold: boolean;
  /** Whose key encrypts a recovery point: the vault's, or that of the resource that it was taken of. */
  readonly encryptedBy: 'vault' | 'resource';
  /** Which of an environment's retentions holds where a row names none. */
  readonly retention: 'database' | 'objects';
  /** ARNs of all resources of the kind. */
  readonly arns: string;
}

/** What AWS Backup can do with each kind of resource. Source: its table of features by resource. */
export const CAPABILITIES: Readonly<Record<ResourceType, Capabilities>> = {
  rds: {
    name: 'RDS',
    continuous: true,
    cold: false,
    encryptedBy: 'resource',
    retention: 'database',
    arns: 'arn:aws:rds:*:*:db:*',
  },
  aurora: {
    name: 'Aurora',
    continuous: true,
    cold: false,
    encryptedBy: 'resource',
    retention: 'database',
    arns: 'arn:aws:rds:*:*:cluster:*',
  },
  efs: {
    name: 'EFS',
    continuous: false,
    cold: true,
    encryptedBy: 'vault',
    retention: 'objects',
    arns: 'arn:aws:elasticfilesystem:*:*:file-system/*',
  },
  ebs: {
    name: 'EBS',
    continuous: false,
    cold: true,
    encryptedBy: 'resource',
    retention: 'objects',
    arns: 'arn:aws:ec2:*:*:volume/*',
  },
  dynamodb: {
    name: 'DynamoDB',
    continuous: false,
    cold: true,
    encryptedBy: 'vault',
    retention: 'database',
    arns: 'arn:aws:dynamodb:*:*:table/*',
  },
  s3: {
    name: 'S3',
    continuous: true,
    cold: false,
    encryptedBy: 'vault',
    retention: 'objects',
    arns: 'arn:aws:s3:::*',
  },
};

/** Limits of AWS Backup that a plan must stay within. */
export const LIMITS = {
  continuousDays: 35,
  /** Cold storage bills a recovery point for so many days, and refuses a plan that deletes earlier. */
  coldDays: 90,
  /** Snapshots of EBS are archived only if they are taken this many days apart. */
  ebsColdGapDays: 28,
  startMinutes: 60,
  /** From the end of the start window to the end of the completion window. */
  completionAfterStartMinutes: 60,
  scheduleGapSeconds: 3600,
  /** AWS waits three days before a lock cannot be changed any more. */
  changeableDays: 3,
  keepDays: 36_500,
  /** Controls of AWS Backup Audit Manager in one account and region. */
  controls: 50,
  nameLength: 50,
} as const;
