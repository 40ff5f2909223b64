import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Audit } from '../../lib/audit/model.ts';
import insightdesk from '../../plans/insightdesk.ts';
import { audited, synthesised } from '../lib/audit/controls/environment.ts';

/** Synthesis takes seconds, and longer beside other tests. */
const PATIENCE = 60_000;

let text: string;
let controls: Audit['controls'];

beforeAll(async () => {
  text = await readFile(join(resolve(import.meta.dirname, '../..'), 'docs/compliance.md'), 'utf8');
  ({ controls } = audited(await synthesised(insightdesk, 'production')));
}, PATIENCE);

test('every control is described with the title and the status that the audit gives it', () => {
  const described = [...text.matchAll(/^\| (\S*\d\S*) (.*?) \|.*\| (\S+) \|$/gm)].map(
    ([, id, title, status]) => ({ id, title, status }),
  );
  const given = controls.map(({ id, title, status }) => ({
    id,
    // Of an enhancement, the control that it belongs to is not said again.
    title: title.replace(/^.*: /, '').toLowerCase(),
    status,
  }));
  expect(described).toEqual(given);
});

test('what people do is said to be partly satisfied at best', () => {
  for (const { id, missing } of controls) {
    const row = text.split('\n').find((line) => line.startsWith(`| ${id} `));
    const byPeople = missing.some((one) => /your organisation’s|read from the dates/.test(one));
    expect(row?.includes('`partly` at best')).toBe(byPeople);
  }
});

test('the number of controls is right', () => {
  expect(controls).toHaveLength(19);
  expect(text).toContain('judges nineteen controls of five frameworks');
  expect(new Set(controls.map(({ framework }) => framework)).size).toBe(5);
});
