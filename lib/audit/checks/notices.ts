import { type Breach, lackAnywhere, lackIn } from '../breach.ts';
import type { NoticeFacts } from '../read/notices.ts';

/** Logical ids are the same in every region. */
const keyOf = ({ resource }: NoticeFacts): string => `${resource.file} ${resource.id}`;

/** Every combined alarm and every rule on events that the plan derives today is there, watches the same, and tells somebody. */
export function checkNotices(
  found: readonly NoticeFacts[],
  derived: readonly NoticeFacts[],
): Breach[] {
  const byKey = new Map(found.map((notice) => [keyOf(notice), notice]));
  return [
    ...derived.flatMap((needed) => {
      const there = byKey.get(keyOf(needed));
      return there ? checkRule(there, needed) : [gone(needed)];
    }),
    ...found.flatMap(checkTelling),
  ];
}

const REMEDY = 'restore it: synthesise again';

const gone = ({ name, condition, resource }: NoticeFacts): Breach => ({
  place: { file: resource.file, line: 1, resource: resource.id },
  message: `${name} is missing; the plan needs it to tell of ${condition}`,
  remedy: REMEDY,
  lacks: lackAnywhere(`"${resource.id}"`),
});

function checkRule(
  { name, rule, resource, condition }: NoticeFacts,
  needed: NoticeFacts,
): Breach[] {
  if (JSON.stringify(rule?.value) === JSON.stringify(needed.rule?.value)) return [];
  const at = rule ?? resource.whole;
  const differing = firstDifference(at, needed.rule) ?? at;
  const same = condition === needed.condition;
  return [
    {
      place: differing.place,
      message: `${name} tells of ${same ? 'less or other things than' : `${condition}; the plan needs`} ${needed.condition}`,
      remedy: REMEDY,
      lacks: lackIn(at, ''),
    },
  ];
}

type At = NonNullable<NoticeFacts['rule']>;

/** The innermost part that differs is where a reviewer looks. */
function firstDifference(found: At, needed: At | undefined): At | undefined {
  if (!needed || JSON.stringify(found.value) === JSON.stringify(needed.value)) return undefined;
  const inside = [
    ...found.entries().map(([key, value]) => firstDifference(value, needed.get(key))),
    ...found.items().map((item, index) => firstDifference(item, needed.get(index))),
  ].find((one) => one !== undefined);
  return inside ?? found;
}

function checkTelling({
  name,
  active,
  kind,
  topics,
  resource: { body, whole },
}: NoticeFacts): Breach[] {
  const breach = (property: string, message: string): Breach[] => {
    const at = body.get(property) ?? whole;
    return [
      {
        place: at.place,
        message: `${name} ${message}`,
        remedy: 'let it tell the topic of the alerts, and enable it',
        lacks: lackIn(at, ''),
      },
    ];
  };
  const isEvent = kind === 'event';
  if (!active) return breach(isEvent ? 'State' : 'ActionsEnabled', 'is disabled: it tells nobody');
  const target = isEvent ? 'Targets' : 'AlarmActions';
  if (topics.length === 0) return breach(target, 'tells nobody');
  const lost = topics.find((topic) => !topic.known);
  return lost ? breach(target, `tells ${lost.name}, which no template has`) : [];
}
