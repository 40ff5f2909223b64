import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { z } from 'zod';
import { tidemarkApp } from '../../../lib/stacks/app.ts';
import { EnvironmentStage } from '../../../lib/stacks/stage.ts';
import {
  compiledOf,
  type DeployedEnvironment,
  environments,
  everything,
  inTwoAccounts,
} from './every-environment.ts';

const packs = () => [new AwsSolutionsChecks(), new NIST80053R5Checks(), new HIPAASecurityChecks()];

/** Answers to the third pack are those to the second. */
const ofPacks = (rule: string): boolean => /^(AwsSolutions|NIST\.800\.53\.R5)-/.test(rule);

interface Answer {
  readonly path: string;
  readonly rule: string;
  readonly reason: string;
}

function stage(of: DeployedEnvironment, failback = false): EnvironmentStage {
  return new EnvironmentStage(tidemarkApp(), { compiled: compiledOf(of), failback });
}

const findings = (scope: IConstruct, rules = packs()): { rule: string; path: string }[] =>
  rules
    .flatMap((pack) => pack.validateScope(scope).violations)
    .flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath: path }) => ({ rule: ruleName, path: `${path}` })),
    );

function answers(scope: IConstruct): Answer[] {
  const acknowledged = scope.node.findAll().flatMap((construct) =>
    construct.node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(z.record(z.string(), z.string()).parse(data)))
      .map(([id, reason]) => ({
        path: construct.node.path,
        rule: id.replace(/^Annotation::/, ''),
        reason,
      })),
  );
  return acknowledged.filter(({ rule }) => ofPacks(rule));
}

const [all] = environments.filter(({ plan }) => plan === everything);
if (!all) throw new Error('no environment with everything');

describe('cdk-nag for AWS Solutions, NIST 800-53 and HIPAA', () => {
  test.each(environments)(
    'finds nothing in $name $environment that is not answered',
    (environment) => {
      expect(findings(stage(environment))).toEqual([]);
    },
    120_000,
  );

  test.each(environments.filter(({ plan }) => plan === everything || plan === inTwoAccounts))(
    'finds nothing where buckets of $name replicate in both directions',
    (environment) => {
      expect(findings(stage(environment, true))).toEqual([]);
    },
    120_000,
  );
});

describe('an answer', () => {
  const scope = stage(all);
  const given = answers(scope);

  test('is to a question that is asked', () => {
    const deaf = packs().map((pack) => Object.assign(pack, { isAcknowledged: () => false }));
    const asked = findings(scope, deaf);
    const idle = given.filter(
      ({ rule, path }) =>
        !asked.some((finding) => finding.rule === rule && finding.path.startsWith(path)),
    );
    expect(idle).toEqual([]);
    // That the packs look at all of it.
    expect(asked.length).toBeGreaterThan(30);
  });

  test('gives a reason and stands at one resource or role, not at a whole stack', () => {
    expect(given.filter(({ reason }) => reason.split(' ').length < 8)).toEqual([]);
    expect(given.filter(({ path }) => path.split('/').length < 4)).toEqual([]);
  });
});
