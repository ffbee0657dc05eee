export const PROCESS_ENVIRONMENT: Readonly<Record<string, string>>;
export function launch(module: string): void;
