import { buildAudit } from '../../../lib/audit/build.ts';
import { synthesisedNow } from '../../../lib/commands/synthesised.ts';
import { compile } from '../../../lib/plan/compile.ts';
import bud from '../../../plans/bud.ts';

const { compiled, findings } = compile(bud, 'production');

test('the row of an append-only file is run by the sidecar of its server', async () => {
  if (!compiled) throw new Error('the plan is wrong');
  const fresh = await synthesisedNow(compiled);
  const rowOf = (manifests: typeof fresh.manifests) => {
    const files = { templates: fresh.templates, manifests };
    const audit = buildAudit({ compiled, findings, ...files, fresh, drills: [] });
    const told = audit.problems.map(({ message }) => message).join('\n');
    return { row: audit.retention.find(({ kind }) => kind === 'aof'), told };
  };
  const whole = rowOf(fresh.manifests);
  expect(whole.row).toMatchObject({ source: 'redis' });
  expect(whole.told).toBe('');
  const without = rowOf(fresh.manifests.filter(({ file }) => !file.includes('sidecars/redis')));
  expect(without.told).toMatch(/no sidecar takes the aof backups of redis/);
});
