import type { Sample } from '../../../lib/exporter/gauges.ts';
import { textFormat } from '../../../lib/exporter/text-format.ts';

const of = (source: string, value: number): Sample => ({
  gauge: 'verificationProblems',
  labels: { plan: 'shop', source },
  value,
});

test('each gauge says once what it means, before its samples', () => {
  const text = textFormat([
    of('orders', 2),
    { gauge: 'health', labels: { source: 'orders' }, value: 1 },
    of('audit', 0),
  ]);
  expect(text).toBe(
    [
      '# HELP tidemark_verification_problems Problems that are known of stored backups and logs, manifests that cannot be read included.',
      '# TYPE tidemark_verification_problems gauge',
      'tidemark_verification_problems{plan="shop",source="orders"} 2',
      'tidemark_verification_problems{plan="shop",source="audit"} 0',
      '# HELP tidemark_source_health As `tidemark status` sees it: 0 ok, 1 warning, 2 critical.',
      '# TYPE tidemark_source_health gauge',
      'tidemark_source_health{source="orders"} 1',
      '',
    ].join('\n'),
  );
});

test('what a label may not hold is escaped', () => {
  const text = textFormat([of('a"b\\c\nd', 1)]);
  expect(text).toContain('source="a\\"b\\\\c\\nd"');
});

test('without labels there are no braces', () => {
  expect(textFormat([{ gauge: 'memory', labels: {}, value: 1e9 }])).toContain(
    '\nprocess_resident_memory_bytes 1000000000\n',
  );
});
