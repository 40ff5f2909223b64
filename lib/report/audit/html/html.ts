import type { Audit } from '../../../audit/model.ts';
import { alertsSection } from './alerts.ts';
import { awsBackupSections } from './aws-backup.ts';
import { controlsSection } from './controls.ts';
import { costsSection } from './costs.ts';
import { drillsSection, verificationSection } from './drills.ts';
import { Exhibits } from './exhibits.ts';
import { filesSection } from './files.ts';
import { findingsSection } from './findings.ts';
import { liveSections } from './live.ts';
import { matrixSection } from './matrix.ts';
import { opening } from './opening.ts';
import { page } from './page.ts';
import { problems } from './problems.ts';
import { proofsSection } from './proofs.ts';
import { restorableSection } from './restorable.ts';
import { verdict } from './verdict.ts';

/**
 * The report of an audit as one HTML file that needs nothing else: no script, no font, no picture, no network. The same
 * audit gives the same bytes.
 */
export function htmlText(audit: Audit): string {
  const exhibits = new Exhibits(audit.files);
  const found = verdict(audit);
  return page({
    title: `${audit.plan} / ${audit.environment}`,
    opening: opening(audit, found),
    sections: [
      ...problems(found.problems, exhibits),
      { id: 'restorable', heading: 'What can be restored', body: restorableSection(audit) },
      { id: 'matrix', heading: 'Retention matrix', body: matrixSection(audit, exhibits) },
      ...awsBackupSections(audit, exhibits),
      ...liveSections(audit),
      { id: 'proofs', heading: 'Objectives and proofs', body: proofsSection(audit) },
      { id: 'findings', heading: 'Findings and exceptions', body: findingsSection(audit) },
      { id: 'alerts', heading: 'Alerts', body: alertsSection(audit, exhibits) },
      { id: 'verification', heading: 'Verification', body: verificationSection(audit, exhibits) },
      { id: 'drills', heading: 'Drills', body: drillsSection(audit) },
      { id: 'controls', heading: 'Controls', body: controlsSection(audit, exhibits) },
      { id: 'costs', heading: 'Costs', body: costsSection(audit) },
      { id: 'files', heading: 'Files', body: filesSection(audit) },
    ],
  });
}
