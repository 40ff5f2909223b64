/** What a test says was deployed. */
export interface FakeStack {
  status: string;
  terminationProtection: boolean;
  template: string;
  readonly made: Map<string, { readonly type: string; readonly physicalId: string }>;
}

/** Moto cannot deploy these templates; this answers what CloudFormation would after it had. */
export class CloudFormationFake {
  readonly stacks = new Map<string, FakeStack>();

  /** @param body of the request, a form */
  answer(region: string, body: string): { status: number; body: string } {
    const form = new URLSearchParams(body);
    const action = form.get('Action') ?? '';
    const name = form.get('StackName') ?? '';
    const stack = this.stacks.get(`${region} ${name}`);
    if (!stack) {
      const message = `Stack with id ${name} does not exist`;
      const error = `<Error><Type>Sender</Type><Code>ValidationError</Code><Message>${message}</Message></Error>`;
      return { status: 400, body: `<ErrorResponse>${error}</ErrorResponse>` };
    }
    const result = resultOf(action, name, stack, form.get('NextToken'));
    return {
      status: 200,
      body: `<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`,
    };
  }
}

const PAGE = 20;

function resultOf(action: string, name: string, stack: FakeStack, token: string | null): string {
  if (action === 'DescribeStacks') {
    return `<Stacks><member><StackName>${name}</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>${stack.status}</StackStatus><EnableTerminationProtection>${stack.terminationProtection}</EnableTerminationProtection></member></Stacks>`;
  }
  if (action === 'GetTemplate') {
    return `<TemplateBody>${escaped(stack.template)}</TemplateBody>`;
  }
  const from = Number(token ?? 0);
  const page = [...stack.made].slice(from, from + PAGE);
  const members = page.map(
    ([id, { type, physicalId }]) =>
      `<member><LogicalResourceId>${id}</LogicalResourceId><PhysicalResourceId>${escaped(physicalId)}</PhysicalResourceId><ResourceType>${type}</ResourceType><LastUpdatedTimestamp>2026-01-01T00:00:00Z</LastUpdatedTimestamp><ResourceStatus>CREATE_COMPLETE</ResourceStatus></member>`,
  );
  const more = from + PAGE < stack.made.size ? `<NextToken>${from + PAGE}</NextToken>` : '';
  return `<StackResourceSummaries>${members.join('')}</StackResourceSummaries>${more}`;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
