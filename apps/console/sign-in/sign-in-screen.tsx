/** Sign-in with email and password; goes on to where the person was headed. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { ApiProblem } from '../api/client.ts';
import { signIn } from '../api/queries.ts';
import { formatDuration } from '../format/time.ts';
import { safeDestination } from '../shell/destination.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Mark } from '../ui/mark.tsx';

export function SignInScreen() {
  const { to } = useSearch({ from: '/sign-in' });
  const router = useRouter();
  const queryClient = useQueryClient();
  const passwordRef = useRef<HTMLInputElement>(null);
  const [missing, setMissing] = useState<{ email?: string; password?: string }>({});
  useEffect(() => {
    document.title = 'Sign in · Uptake';
  }, []);

  const attempt = useMutation({
    mutationFn: (credentials: { email: string; password: string }) => signIn(credentials.email, credentials.password),
    onSuccess: async () => {
      queryClient.clear();
      await router.navigate({ href: safeDestination(to), replace: true });
    },
    onError: () => passwordRef.current?.select(),
  });

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const email = String(form.get('email') ?? '').trim();
    const password = String(form.get('password') ?? '');
    const lacking = {
      ...(email === '' ? { email: 'Enter your email address.' } : {}),
      ...(password === '' ? { password: 'Enter your password.' } : {}),
    };
    setMissing(lacking);
    if (Object.keys(lacking).length === 0) attempt.mutate({ email, password });
  };

  return (
    <main className="grid min-h-dvh place-items-center bg-canvas px-4 py-10">
      <div className="w-full max-w-sm">
        <div className="mb-6 flex flex-col items-center gap-3 text-center">
          <Mark size={44} />
          <div>
            <h1 className="text-xl font-semibold text-ink">Sign in to Uptake</h1>
            <p className="mt-1 text-muted">
              {to ? 'Sign in to go on to the page you opened.' : 'See how your product is taken up.'}
            </p>
          </div>
        </div>
        <form
          onSubmit={submit}
          noValidate
          className="space-y-4 rounded-2xl bg-surface p-5 shadow-card ring-1 ring-line sm:p-6"
        >
          <TextField
            label="Email"
            name="email"
            type="email"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            // The one thing this page is for: typing can start at once.
            autoFocus
            error={missing.email}
          />
          <TextField
            label="Password"
            name="password"
            type="password"
            autoComplete="current-password"
            ref={passwordRef}
            error={missing.password}
          />
          {attempt.isError && (
            <p role="alert" className="rounded-lg bg-bad-soft px-3 py-2 text-ink">
              {explain(attempt.error)}
            </p>
          )}
          <Button type="submit" weight="primary" isPending={attempt.isPending} className="w-full">
            Sign in
          </Button>
        </form>
        <p className="mt-4 text-center text-xs text-muted">
          No account? Ask an administrator of your workspace. Password lost? Whoever runs this server gives a new one
          with <code className="font-mono">uptake password</code>. A new installation printed its first sign-in when it
          started.
        </p>
      </div>
    </main>
  );
}

/** Says what to do; never whether the email or the password was the wrong one. */
function explain(error: unknown): string {
  if (!(error instanceof ApiProblem)) return 'Signing in failed for a reason the console does not know. Try again.';
  if (error.status === 429) {
    const wait = error.retryAfterSeconds ? formatDuration(error.retryAfterSeconds * 1_000) : 'a minute';
    return `Too many attempts. Wait ${wait}, then try again.`;
  }
  if (error.status === 401) return 'Email and password do not match. Check both; passwords are case-sensitive.';
  if (error.status === 0) return `${error.title}. Check that Uptake is running and that you are online.`;
  return `${error.title}${error.detail ? `. ${error.detail}` : ''}`;
}
