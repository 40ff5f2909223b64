import type { Audit } from '../../../audit/model.ts';
import { rtoStanding } from '../../../audit/standing.ts';
import { html, type Markup, type Piece } from './markup.ts';
import { isKept, type Verdict } from './verdict.ts';
import { plural } from './words.ts';

/** The question, its answer, what it rests on, and what was looked at: before anything else. */
export function opening(audit: Audit, found: Verdict): Markup {
  const { plan, environment, tool } = audit;
  return html`<header class="opening ${isKept(found) ? 'kept' : 'broken'}">
<p class="subject"><strong>${plan}</strong> / ${environment}<span class="what">Backup audit</span></p>
${audit.title === null ? null : html`<p class="title">${audit.title}</p>`}
<h1><span class="question">Is every promise kept?</span> <span class="answer">${answer(found)}</span></h1>
<p class="because">${because(audit, found)}</p>
<dl class="facts">
${place(audit)}${fact('Read', plural(audit.files.length, 'synthesised file'))}${fact('Made by', tool)}</dl>
</header>
`;
}

function place({ account, replicaAccount, regions, store }: Audit): Markup {
  if (store) {
    const { url, replica } = store;
    return fact(
      'Store',
      replica === undefined ? `${url}, not copied` : `${url}, copied to ${replica}`,
    );
  }
  const owner = replicaAccount === undefined ? account : `${account}, copied to ${replicaAccount}`;
  return html`${fact('Account', owner)}${fact('Regions', `${regions.primary}, copied to ${regions.replica}`)}`;
}

const fact = (name: string, value: string): Markup =>
  html`<div><dt>${name}</dt><dd>${value}</dd></div>\n`;

function answer({ promises, broken, problems, exceptions }: Verdict): string {
  if (broken > 0) return `No: ${broken} of ${promises} ${broken === 1 ? 'is' : 'are'} not.`;
  if (problems.length > 0)
    return `No: there ${problems.length === 1 ? 'is' : 'are'} ${plural(problems.length, 'problem')}.`;
  if (exceptions > 0) return `Yes, with ${plural(exceptions, 'written exception')}.`;
  return `Yes, all ${promises}.`;
}

/** What was compared, and what the answer rests on. */
function because(
  { objectives, retention, awsBackup }: Audit,
  { promises, exceptions }: Verdict,
): Markup {
  const derived = retention.filter(({ notDerived }) => notDerived === null).length;
  const rest = retention.length - derived;
  const rows = derived + awsBackup.length;
  const unmeasured = objectives.filter((o) => rtoStanding(o) === 'unmeasured').length;
  const sentences: Piece[] = [
    `${plural(rows, 'retention promise')} and ${plural(promises - rows, 'objective')} of ${plural(objectives.length, 'source')} were compared with the synthesised templates and manifests.`,
    rest === 0
      ? null
      : ` ${plural(rest, 'row')} of the plan ${rest === 1 ? 'is' : 'are'} not derived, with a reason.`,
    unmeasured === 0
      ? null
      : ` ${unmeasured} of ${plural(objectives.length, 'recovery time')} ${unmeasured === 1 ? 'was' : 'were'} never measured by a drill and ${unmeasured === 1 ? 'is' : 'are'} no part of the answer.`,
    exceptions === 0
      ? null
      : html` What is accepted is under <a href="#findings">Findings</a>, with the reason.`,
  ];
  return html`${sentences}`;
}
