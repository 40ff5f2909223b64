import { planText, readPlanText, WrittenPlanError } from '../../../lib/plan/written.ts';
import { VERSION } from '../../../lib/version.ts';
import { compiledPlan } from '../../k8s/compiled-plan.ts';

const PATH = '/etc/tidemark/plan.json';
const compiled = compiledPlan();
const [major = '', minor = '', patch = ''] = VERSION.split('.');
const other = (changes: object): string =>
  JSON.stringify({ ...JSON.parse(planText(compiled)), ...changes });
const reading = (text: string) => () => readPlanText(text, PATH);

describe('a compiled plan in a file', () => {
  test('states the version that wrote it, and is read back whole', () => {
    const text = planText(compiled);
    expect(JSON.parse(text)).toMatchObject({ tidemark: VERSION, format: 1 });
    expect(readPlanText(text, PATH)).toEqual(compiled);
  });

  test('has its keys in one order, whatever order they were computed in', () => {
    const reversed = Object.fromEntries(Object.entries(compiled).reverse());
    expect(planText(reversed as typeof compiled)).toBe(planText(compiled));
  });

  test('is read by other patch releases', () => {
    const tidemark = `${major}.${minor}.${Number(patch) + 7}`;
    expect(readPlanText(other({ tidemark }), PATH)).toEqual(compiled);
  });

  test.each([`${major}.${Number(minor) + 1}.0`, `${Number(major) + 1}.${minor}.0`])(
    'of %s is refused with both versions and what to do',
    (tidemark) => {
      expect(reading(other({ tidemark, sources: 'in another form' }))).toThrow(
        new WrittenPlanError(
          `${PATH} was compiled by tidemark ${tidemark}, and this is tidemark ${VERSION}: deploy image, manifests and stacks of one minor version together (synthesise again with the tidemark that runs here, or run the image that the manifests name)`,
        ),
      );
    },
  );

  test('of another format is refused, whatever version it names', () => {
    expect(reading(other({ format: 2 }))).toThrow(
      `has format 2, written by tidemark ${VERSION}; this is tidemark ${VERSION}, which reads format 1: deploy image`,
    );
  });

  test('that names no version is of the first one', () => {
    expect(readPlanText(JSON.stringify(compiled), PATH)).toEqual(compiled);
  });

  test('with a key of nobody’s is refused by its name', () => {
    expect(reading(other({ colour: 'blue' }))).toThrow(
      /not a compiled plan of this version: .*colour/,
    );
  });

  test.each([
    ['{', /is not JSON/],
    ['[]', /is not a compiled plan/],
    ['{"format":"1"}', /format/],
  ])('that is %s is refused', (text, message) => {
    expect(reading(text)).toThrow(message);
    expect(reading(text)).toThrow(WrittenPlanError);
  });
});
