import type { Change } from '../../../audit/diff/diff.ts';
import { type Fact, sourceOf } from '../../../audit/diff/facts.ts';
import * as alert from './alert-sentences.ts';
import * as environment from './environment-sentences.ts';
import { pairOf } from './pair.ts';
import * as retention from './retention-sentences.ts';
import * as source from './source-sentences.ts';
import { kindText } from './words.ts';

/** What the change does, as a sentence without a full stop that begins with the source, if it is about one. */
export function sentence(change: Change): string {
  const fact = change.after ?? change.before;
  if (!fact) throw new TypeError('a change without a before and an after');
  const subject = subjectOf(fact);
  return `${subject === null ? '' : `${subject}: `}${predicate(fact.about, change)}`;
}

/** `database`, `database, daily full backups`; null = the environment. */
function subjectOf(fact: Fact): string | null {
  const name = sourceOf(fact);
  if (!('kind' in fact)) return name;
  const tier = fact.about === 'kept' && fact.tier !== null ? `${fact.tier} ` : '';
  return `${name}, ${tier}${kindText(fact.kind)}`;
}

function predicate(about: Fact['about'], change: Change): string {
  switch (about) {
    case 'environment':
      return environment.environmentText(change);
    case 'plan':
      return environment.planText(change);
    case 'account':
      return environment.accountText(change);
    case 'regions':
      return environment.regionsText(change);
    case 'lock':
      return environment.lockText(change);
    case 'lock-time':
      return environment.lockTimeText(change);
    case 'people':
      return environment.peopleText(change);
    case 'encryption':
      return environment.encryptionText(change);
    case 'week':
      return environment.weekText(change);
    case 'tells':
      return alert.NOBODY_TOLD;
    case 'told':
      return alert.toldText(change);
    case 'alert':
      return alert.alertText(change);
    case 'alarm':
      return alert.alarmText(change);
    case 'alarm-after':
      return alert.alarmAfterText(change);
    case 'alarm-below':
      return alert.alarmBelowText(change);
    case 'recovery':
      return environment.recoveryText(change);
    case 'finding':
      return environment.findingText(change);
    case 'class':
      return retention.classText(pairOf(change, 'class'));
    case 'oldest':
      return retention.oldestText(change);
    case 'row':
      return retention.rowText(change);
    case 'kept':
      return retention.keptText(change);
    case 'log-time':
      return source.logTimeText(change);
    case 'source':
      return source.sourceText(change);
    case 'rpo':
    case 'rto':
      return source.objectiveText(change, about);
    case 'loss':
      return source.lossText(change);
    case 'loss-failing':
      return source.lossFailingText(change);
    case 'resource':
      return source.resourceText(change);
    case 'tag':
      return source.tagText(change);
    case 'copy-kept':
      return source.copyKeptText(change);
    case 'window':
      return source.windowText(change);
    case 'restore-job':
      return source.restoreJobText(change);
    case 'check':
      return source.checkedSentence(change);
    case 'automation':
      return source.automationText(change);
    case 'rhythm':
      return source.rhythmSentence(change);
    case 'deadline':
      return source.deadlineText(change);
    case 'copy':
      return source.copyText(change);
  }
}
