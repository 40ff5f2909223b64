import { readEnvironment } from '../../../../lib/audit/read/environment.ts';
import { synthesisedNow } from '../../../../lib/commands/synthesised.ts';
import { compiledPlan, source } from '../../stacks/environment.ts';

/** More than the stacks of the regions take, so that sources have stacks of their own. */
const sources = Array.from({ length: 21 }, (_, i) => source(`orders-${i}`));

test('alarms in stacks of sources tell whom the topic of their region tells', async () => {
  const compiled = compiledPlan({ sources });
  const files = await synthesisedNow(compiled);
  const ofSources = (found: typeof files) =>
    readEnvironment(found, compiled).alarms.filter(({ name }) => name.includes('/orders-'));
  const alarms = ofSources(files);
  expect(alarms.length).toBeGreaterThanOrEqual(21 * 7);
  for (const { resource, topics } of alarms) {
    expect(resource.file).toMatch(/-sources-\d+\.template\.json$/);
    expect(topics).toEqual([
      {
        name: expect.stringMatching(/^AlertsTopic/),
        file: 'aws/shop-production-eu-central-1.template.json',
        known: true,
        addresses: compiled.alerts.email,
      },
    ]);
  }
  const gone = files.templates.filter(({ file }) => !file.endsWith('-eu-central-1.template.json'));
  const [lost] = ofSources({ ...files, templates: gone });
  expect(lost?.topics).toEqual([
    expect.objectContaining({
      name: 'arn:aws:sns:eu-central-1:123456789012:tidemark-shop-production',
      known: false,
      addresses: [],
    }),
  ]);
});
