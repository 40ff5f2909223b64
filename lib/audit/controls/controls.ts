import type { Audit } from '../model.ts';
import { judge } from './control.ts';
import type { Evidence } from './evidence.ts';
import { HIPAA } from './hipaa.ts';
import { NIST } from './nist.ts';
import { CIS, ISO, SOC2 } from './others.ts';

/**
 * Controls that backups are judged by, each with the resources that speak for it and what is missing. Claims end where
 * the files end: PCI DSS 10.5.1, for example, is about audit logs and is not here.
 */
export function controls(evidence: Evidence): Audit['controls'] {
  return [...NIST, ...HIPAA, ...CIS, ...SOC2, ...ISO].map((control) => judge(control, evidence));
}
