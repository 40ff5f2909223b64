import type { SourceOf } from '../../../../lib/plan/compiled.ts';
import { compiledPlan, withDumps } from '../../compiled-plan.ts';
import { named, pods, synthesised } from '../../synthesised.ts';

const NAME = 'tidemark-orders-load-latest';

/** A source whose dumps, or whose base backups, go into an archive. */
function archiving(archived: 'logical' | 'full'): SourceOf<'postgresql'> {
  const source = withDumps(false);
  return {
    ...source,
    settings: { ...source.settings, load: { credentials: 'orders-owner', scratch: '20GiB' } },
    protections: source.protections.map((row) =>
      row.kind === archived ? { ...row, tiers: [{ tier: 'yearly', class: '2557d-archive' }] } : row,
    ),
  };
}

async function loadJob(archived: 'logical' | 'full') {
  const objects = await synthesised(compiledPlan({ sources: [archiving(archived)] }));
  const args = pods(objects).find(({ owner }) => owner.endsWith(NAME))?.spec.containers[0]?.args;
  return { spec: named(objects, 'CronJob', NAME).spec, args };
}

test('waits for the thaw, and longer, where dumps are archived', async () => {
  const { spec, args } = await loadJob('logical');
  expect(args?.at(-1)).toBe('--wait-for-thaw');
  expect(spec).toMatchObject({ jobTemplate: { spec: { activeDeadlineSeconds: 129_600 } } });
});

test('does not wait where only backups are archived that it never reads', async () => {
  const { spec, args } = await loadJob('full');
  expect(args).not.toContain('--wait-for-thaw');
  expect(spec).toMatchObject({ jobTemplate: { spec: { activeDeadlineSeconds: 86_400 } } });
});
