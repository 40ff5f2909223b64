import type { Audit } from '../model.ts';
import type { Drift, Live, LiveUnseen } from './model.ts';

type Problem = Audit['problems'][number];

interface Plan extends Pick<Audit, 'plan' | 'environment'> {
  /** As the CDK app takes it: a plan's name, or the path to it. */
  readonly named: string;
}

/** A policy can be long; every drift is there in full in JSON. */
const LONGEST = 240;

/**
 * An audit of the files with what is deployed.
 * @param named the plan as it was named: the commands that remedies tell name it so, too
 */
export const withLive = (audit: Audit, live: Live, named: string = audit.plan): Audit => ({
  ...audit,
  live,
  problems: [...audit.problems, ...liveProblems(live, { ...audit, named })],
});

/** What fails an audit: whatever is deployed differently, and whatever could not be looked at. */
function liveProblems(live: Live, plan: Plan): Problem[] {
  return [
    ...live.drifts.map((drift) => ({
      place: drift.place,
      message: message(drift),
      remedy: remedy(drift, live, plan),
    })),
    ...live.unseen.map((unseen) => ({
      place: unseen.place,
      message: `could not look at ${unseen.properties.join(', ')} of ${what(unseen)}: ${unseen.reason}`,
      remedy: unseenRemedy(unseen),
    })),
  ];
}

const what = ({ type, name, region }: Drift | LiveUnseen): string =>
  `${kindOf(type)} ${name} in ${region}`;

/** `AWS::S3::BucketPolicy` → `S3 BucketPolicy`. */
const kindOf = (type: string): string => type.replace(/^AWS::/, '').replaceAll('::', ' ');

function message(drift: Drift): string {
  const { kind, property, expected, found } = drift;
  if (kind === 'missing') return `${what(drift)} is not deployed`;
  if (kind === 'extra') return `${what(drift)} is deployed, and no template has it`;
  if (property === 'Confirmed') return `${what(drift)} was not confirmed: nobody is told there`;
  if (found === null) return `${what(drift)} lacks ${property} ${short(expected)}`;
  if (expected === null)
    return `${what(drift)} has ${property} ${short(found)}, which it must not have`;
  return `${what(drift)} has ${property} ${short(found)}; it must be ${short(expected)}`;
}

const short = (text: string | null): string =>
  text === null || text.length <= LONGEST ? `${text}` : `${text.slice(0, LONGEST)}…`;

function remedy(drift: Drift, live: Live, plan: Plan): string {
  const { type, property, kind, byHand } = drift;
  const stage = `${plan.plan}-${plan.environment}`;
  const path = `${stage}/${drift.stack.slice(stage.length + 1)}`;
  const options = `-c plan=${plan.named} -c env=${plan.environment}${live.failback ? ' -c failback=true' : ''}`;
  const deploy = `npx cdk deploy '${path}' ${options}`;
  if (property === 'TerminationProtection') {
    return `aws cloudformation update-termination-protection --enable-termination-protection --stack-name ${drift.stack} --region ${drift.region}`;
  }
  if (property === 'Status') return 'look at the events of the stack, mend it, and deploy again';
  if (property === 'Confirmed') return 'confirm the subscription that AWS sent to this address';
  if (type === 'AWS::CloudFormation::Stack') return `deploy it: ${deploy}`;
  if (kind === 'extra') return `deploy what is synthesised: ${deploy}`;
  if (byHand === false) return `it was not deployed since it was synthesised: ${deploy}`;
  const back = `find out in CloudTrail who changed it, and set it back: ${deploy} --revert-drift`;
  return byHand ? back : `${back}; or deploy what is synthesised`;
}

const unseenRemedy = ({ reason }: LiveUnseen): string =>
  reason.startsWith('access denied')
    ? 'allow what docs/audit-live.md lists; it may be as derived or not'
    : 'look again later; it may be as derived or not';
