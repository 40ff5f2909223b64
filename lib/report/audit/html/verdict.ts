import type { Audit } from '../../../audit/model.ts';
import { rpoStanding, rtoStanding } from '../../../audit/standing.ts';

/** The answer of the whole report. */
export interface Verdict {
  /** Retention rows that the files have to keep, rules of AWS Backup, objectives of loss, and those of time that a drill has measured. */
  readonly promises: number;
  /** Of these, what is not kept and not accepted either. */
  readonly broken: number;
  /** What has to be mended: of the files, and of what verifications and drills found. */
  readonly problems: Audit['problems'];
  /** Findings that the plan accepts with a reason. */
  readonly exceptions: number;
}

export function verdict(audit: Audit): Verdict {
  const rows = audit.retention.filter(({ notDerived }) => notDerived === null);
  const { objectives, awsBackup } = audit;
  return {
    promises:
      rows.length +
      awsBackup.length +
      objectives.length +
      objectives.filter((objective) => rtoStanding(objective) !== 'unmeasured').length,
    broken:
      rows.filter(({ kept }) => !kept).length +
      awsBackup.filter(({ kept }) => !kept).length +
      objectives.filter((objective) => rpoStanding(audit, objective) === 'broken').length +
      objectives.filter((objective) => rtoStanding(objective) === 'missed').length,
    problems: audit.problems,
    exceptions: audit.findings.filter(({ severity }) => severity === 'exempt').length,
  };
}

export const isKept = ({ broken, problems }: Verdict): boolean =>
  broken === 0 && problems.length === 0;
