import { compile } from '../../../lib/plan/compile.ts';
import { codesOf, findingsOf, plan, production, source } from './example.ts';
import { written } from './form/mistake.ts';

describe('the form check', () => {
  test('finds nothing in a sound plan', () => {
    expect(codesOf(plan()).filter((code) => code.startsWith('TM0'))).toEqual([]);
  });

  test('accepts an environment of its own name with a retention', () => {
    const demo = plan({
      environments: { demo: { account: '111111111111', retention: { database: '5d' } } },
    });
    expect(compile(demo, 'demo').compiled?.environment).toBe('demo');
  });

  test('reports every mistake at once, with the value found', () => {
    const wrong = written({
      nmae: 'shop',
      objectives: { rpo: 'soon', rto: 3600 },
      environments: { production: { account: 111111111111, retentoin: {} } },
      sources: { database: { ...source(), protect: [{ kind: 'wal', flush: '1min' }, 7] } },
    });
    expect(findingsOf(wrong).map(({ code, path, value }) => [code, path, value])).toEqual(
      expect.arrayContaining([
        ['TM001', 'nmae', 'shop'],
        ['TM004', 'objectives.rpo', 'soon'],
        ['TM004', 'objectives.rto', 3600],
        ['TM003', 'environments.production.account', 111111111111],
        ['TM001', 'environments.production.retentoin', {}],
        ['TM004', 'sources.database.protect.0.flush', '1min'],
        ['TM003', 'sources.database.protect.1', 7],
        ['TM007', 'sources.database.protect', [{ kind: 'wal', flush: '1min' }, 7]],
      ]),
    );
  });

  test('leaves the meaning of sound parts checked in the same run', () => {
    const wrong = written({
      nmae: 'shop',
      sources: {
        broken: { ...source(), engine: 'mysql' },
        database: source({ verify: { restore: 'monthly' } }),
      },
    });
    expect(findingsOf(wrong).map(({ code, path }) => `${code} ${path}`)).toEqual([
      'TM007 sources.broken.engine',
      'TM001 nmae',
      'TM102 objectives.rto',
      'TM103 sources.database.protect.0',
      'TM501 sources.database.verify.checksums',
      'TM650 sources.database.drill.scratch',
    ]);
  });

  test('reports a mistake in an override once, and only there', () => {
    const wrong = production({ sources: { database: { server: { port: 99_999 } } } });
    expect(findingsOf(wrong).map(({ path }) => path)).toEqual([
      'environments.production.sources.database.server.port',
    ]);
  });

  test('says nothing about what stands in for a part that is wrong', () => {
    const found = findingsOf(written({ objectives: { rpo: '5min', rto: '1h' } }));
    expect(found.map(({ code }) => code)).toEqual(expect.arrayContaining(['TM004', 'TM103']));
    expect(found.map(({ code }) => code)).not.toContain('TM102');
  });

  test('cannot be exempted', () => {
    const exemptions = [
      { code: 'TM001', path: '', reason: 'we like our own keys better than yours' },
    ];
    expect(findingsOf(written({ exemptions, nmae: 1 }))).toContainEqual(
      expect.objectContaining({ code: 'TM001', severity: 'error' }),
    );
    expect(findingsOf(plan({ exemptions }))).toContainEqual(
      expect.objectContaining({
        code: 'TM701',
        message: expect.stringMatching(/cannot be exempted/),
      }),
    );
  });

  test.each([undefined, 7, 'plan', [], () => plan()])('survives %p as a plan', (value) => {
    expect(compile(value, 'production')).toMatchObject({
      compiled: undefined,
      findings: [{ code: expect.stringMatching(/^TM00/) }],
    });
  });
});
