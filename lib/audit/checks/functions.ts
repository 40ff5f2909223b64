import { type Breach, lackIn } from '../breach.ts';
import { ofType, type Resource } from '../template.ts';

/**
 * Whether the Lambdas run what the plan derives today: their package holds the program and, beside it, the compiled plan,
 * and its name is the digest of both.
 */
export function checkFunctions(found: readonly Resource[], derived: readonly Resource[]): Breach[] {
  return ofType(derived, 'AWS::Lambda::Function').flatMap((wanted): Breach[] => {
    const there = found.find(({ file, id }) => file === wanted.file && id === wanted.id);
    const [has, needs] = [there, wanted].map((one) => one?.body.text('Code', 'S3Key'));
    if (!there || has === needs) return [];
    const cited = there.body.get('Code', 'S3Key') ?? there.body;
    const name = there.body.text('Description') ?? there.id;
    return [
      {
        place: cited.place,
        message: `the Lambda that ${name} has another package than is derived today: its code or the plan in it is not this one`,
        remedy: 'synthesise again with the tidemark that deploys, and deploy that',
        lacks: lackIn(cited, 'S3Key'),
      },
    ];
  });
}
