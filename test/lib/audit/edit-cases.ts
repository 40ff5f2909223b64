import { buildAudit } from '../../../lib/audit/build.ts';
import type { Audit } from '../../../lib/audit/model.ts';
import type { Synthesised } from '../../../lib/audit/read/environment.ts';
import { type Edit, edited } from './edits.ts';
import { type AuditedEnvironment, auditedEnvironment } from './environment.ts';

export const PRIMARY = 'us-east-1.template.json';
export const REPLICA = 'us-west-2.template.json';

export const BUCKET = '"AWS::S3::Bucket"';

/** An edit by hand of the file with this name, and what the audit says of it. */
export type Case = readonly [what: string, file: string, edit: Edit, message: RegExp];

interface Audited {
  /** As they are synthesised; known when a test runs. */
  readonly files: () => Synthesised;
  readonly audit: (files: Synthesised) => Audit;
}

/** InsightDesk's production for the tests of a file, and the audit of other files in its place. */
export function audited(changes: Parameters<typeof auditedEnvironment>[0] = {}): Audited {
  let environment: AuditedEnvironment;
  beforeAll(async () => {
    environment = await auditedEnvironment(changes);
  }, 60_000);
  return {
    files: () => environment.files,
    audit: (files) =>
      buildAudit({ ...environment, ...files, fresh: environment.files, drills: [] }),
  };
}

/**
 * Each edit is one problem at its line, in the words of what it means.
 * @param breaking whether it also breaks promises of the retention matrix
 */
export function testEdits(
  { files, audit }: Audited,
  cases: readonly Case[],
  { breaking }: { readonly breaking: boolean },
): void {
  test.each(cases)('%s is one problem, at its line', (_, name, edit, message) => {
    const { files: found, file, line } = edited(files(), name, edit);
    const { problems, retention } = audit(found);
    expect(problems).toEqual([
      {
        place: { file, line, resource: expect.any(String) },
        message: expect.stringMatching(message),
        remedy: expect.any(String),
      },
    ]);
    const broken = retention.filter(({ kept, notDerived }) => !kept && notDerived === null);
    expect(broken.length > 0).toBe(breaking);
  });
}
