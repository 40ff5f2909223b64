/**
 * Names of the Kubernetes service accounts: the manifests create them, and the AWS stacks bind one
 * role to each. Both sides take the names from here.
 */

/** Of the WAL streamer and the base backup: may only add to the backups of its source. */
export const backupServiceAccount = (source: string): string => `tidemark-${source}-backup`;

/** Of the restore job: may only read the backups of its source. */
export const restoreServiceAccount = (source: string): string => `tidemark-${source}-restore`;

/** Of verifications and drills: may only read the backups of its source, and write down what they found. */
export const verifyServiceAccount = (source: string): string => `tidemark-${source}-verify`;

/** Of the exporter: may only read what was written down about the backups of every source. */
export const EXPORTER_SERVICE_ACCOUNT = 'tidemark-exporter';

/** Which service account of a source gets which of its roles. */
export const SERVICE_ACCOUNTS = {
  writer: backupServiceAccount,
  restorer: restoreServiceAccount,
  verifier: verifyServiceAccount,
} as const;
