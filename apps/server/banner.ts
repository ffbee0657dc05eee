/** What a person reads after the start: where, how to sign in, and a line that sends an event. */
export type BannerFacts = {
  readonly url: string;
  readonly signIn: { readonly email: string; readonly password: string | undefined };
  readonly writeKey: string | undefined;
  readonly hasDemo: boolean;
  readonly isLoadingDemo: boolean;
  readonly startedInMs: number;
};

export function banner({ url, signIn, writeKey, hasDemo, isLoadingDemo, startedInMs }: BannerFacts): string {
  const lines = [
    '',
    `  Uptake is ready at ${url}  (${(startedInMs / 1000).toFixed(1)} s)`,
    '',
    `  Sign in     ${signIn.email}`,
    `  Password    ${signIn.password ?? '(as set at the first start)'}`,
    '',
    '  Send an event:',
    '',
    `  curl ${url}/api/v1/telemetry/events \\`,
    `    -H 'Authorization: Bearer ${writeKey ?? 'YOUR_WRITE_KEY'}' -H 'Content-Type: application/json' \\`,
    `    -d '{"event_name":"project_created","tenant_id":"acme","user_id":"u-1","properties":{"creation_path":"blank"}}'`,
    '',
  ];
  if (hasDemo) {
    lines.push(
      `  Look around ${url}/w/demo${isLoadingDemo ? '  (being loaded; its charts fill within seconds)' : ''}`,
      '',
    );
  }
  return `${lines.join('\n')}\n`;
}
