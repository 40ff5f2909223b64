import aslValidator from 'asl-validator';
import { compiledPlan, templates } from '../stacks/environment.ts';
import { text } from '../stacks/policy.ts';

const { primary } = templates(compiledPlan());
const [machine] = Object.values(primary.findResources('AWS::StepFunctions::StateMachine'));
const definition = JSON.parse(text(machine?.Properties.DefinitionString));

test('the state machine is one, by the schema of the language', () => {
  expect(aslValidator(definition)).toEqual(expect.objectContaining({ isValid: true, errors: [] }));
});

test('one with a state that goes nowhere is not', () => {
  const [first = ''] = Object.keys(definition.States);
  const lost = { ...definition.States[first], Next: 'Nowhere' };
  expect(
    aslValidator({ ...definition, States: { ...definition.States, [first]: lost } }),
  ).toMatchObject({ isValid: false });
});
