import { buildAudit } from '../../../../lib/audit/build.ts';
import type { Audit } from '../../../../lib/audit/model.ts';
import type { Synthesised } from '../../../../lib/audit/read/environment.ts';
import { synthesisedNow } from '../../../../lib/commands/synthesised.ts';
import { compiledShop } from '../../vaults/shop.ts';
import { type Edit, edited } from '../edits.ts';

interface Shop {
  /** As it is synthesised; known when a test runs. */
  readonly files: () => Synthesised;
  readonly audit: (files?: Synthesised) => Audit;
  /** The audit after an edit of the file with this name, and the line that a reviewer should be sent to. */
  readonly after: (name: string, edit: Edit) => { audit: Audit; file: string; line: number };
}

/** The shop with three groups of resources, as all of it is really synthesised. */
export function auditedShop(lock: 'governance' | 'compliance' = 'governance'): Shop {
  const compiled = compiledShop({ lock });
  let files: Synthesised;
  beforeAll(async () => {
    files = await synthesisedNow(compiled);
  }, 60_000);
  const audit = (found: Synthesised = files) =>
    buildAudit({ compiled, findings: [], ...found, fresh: files, drills: [] });
  return {
    files: () => files,
    audit,
    after: (name, edit) => {
      const { files: found, file, line } = edited(files, name, edit);
      return { audit: audit(found), file, line };
    },
  };
}
