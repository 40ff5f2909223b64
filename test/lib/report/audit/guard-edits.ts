import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { guardText } from '../../../../lib/report/audit/guard.ts';
import insightdesk from '../../../../plans/insightdesk.ts';
import { guard } from '../../../support/cfn-guard.ts';
import { tempFolder } from '../../../support/temp-folder.ts';
import {
  audited,
  backupBucket,
  type Files,
  type Resources,
  synthesised,
  withTemplates,
} from '../../audit/controls/environment.ts';

/** Synthesis takes seconds, and longer beside other tests. */
export const PATIENCE = 60_000;

export const PRIMARY = 'us-east-1';
export const REPLICA = 'us-west-2';

/** The rules that the audit of `promised` writes, over other templates. */
export async function verdict(promised: Files, templates: Files['templates']) {
  const folder = await tempFolder('guard');
  const [rules, aws] = [join(folder.path, 'backups.guard'), join(folder.path, 'aws')];
  try {
    await mkdir(aws);
    await writeFile(rules, guardText(audited(promised)));
    for (const { file, text } of templates) await writeFile(join(aws, basename(file)), text);
    return await guard(rules, aws);
  } finally {
    await folder.remove();
  }
}

type Edit = (resources: Resources, region: string) => void;

export const only =
  (region: string, edit: (resources: Resources) => void): Edit =>
  (resources, in_) => {
    if (in_ === region) edit(resources);
  };

/** Of the lifecycle. */
export const rules = (resources: Resources) => backupBucket(resources).LifecycleConfiguration.Rules;

/** An edit by hand, and the rules that fail for it. */
export type Case = readonly [what: string, edit: Edit, failed: readonly string[]];

/** Each edit of InsightDesk's templates fails the rules that it should, and no other. */
export function testEdits(cases: readonly Case[]): void {
  let files: Files;

  beforeAll(async () => {
    const environments = { production: { account: '333333333333', lock: 'governance' } };
    files = await synthesised({ ...insightdesk, exemptions: [], environments }, 'production');
  }, PATIENCE);

  test.each(cases)(
    '%s: fails and names the rule',
    async (_, edit, failed) => {
      const edited = withTemplates(files, edit);
      expect(await verdict(files, edited.templates)).toEqual({ kept: false, failed });
    },
    PATIENCE,
  );
}
