import type { Audit } from '../../../audit/model.ts';
import { html, type Markup } from './markup.ts';
import { isKept, type Verdict } from './verdict.ts';
import { plural } from './words.ts';

/** The question, its answer, what it rests on, and what was looked at: before anything else. */
export function opening(audit: Audit, found: Verdict): Markup {
  const { plan, environment, account, regions, tool } = audit;
  return html`<header class="opening ${isKept(found) ? 'kept' : 'broken'}">
<p class="subject"><strong>${plan}</strong> / ${environment}<span class="what">Backup audit</span></p>
${audit.title === null ? null : html`<p class="title">${audit.title}</p>`}
<h1><span class="question">Is every promise kept?</span> <span class="answer">${answer(found)}</span></h1>
<p class="because">${because(audit, found)}</p>
<dl class="facts">
${fact('Account', account)}${fact('Regions', `${regions.primary}, copied to ${regions.replica}`)}${fact('Read', plural(audit.files.length, 'synthesised file'))}${fact('Made by', tool)}</dl>
</header>
`;
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
function because({ objectives, retention, drills }: Audit, { exceptions }: Verdict): Markup {
  const unmeasured = objectives.filter((o) => o.measuredRtoSeconds === null).length;
  const rest = retention.filter(({ notDerived }) => notDerived !== null).length;
  return html`${plural(retention.length - rest, 'retention promise')} and ${plural(objectives.length * 2, 'objective')} of ${plural(objectives.length, 'source')} were compared with the synthesised templates and manifests.${rest === 0 ? null : ` ${plural(rest, 'row')} of the plan ${rest === 1 ? 'is' : 'are'} not derived, with a reason.`}${unmeasured === 0 ? null : ` ${plural(unmeasured, 'recovery time')} of ${objectives.length} ${unmeasured === 1 ? 'was' : 'were'} not measured by a drill yet.`}${drills.length === 0 ? ' No drill is on record.' : null}${exceptions === 0 ? null : html` The exceptions are under <a href="#findings">Findings</a>, each with its reason.`}`;
}
