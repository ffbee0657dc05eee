export const ALLOCATOR_ENVIRONMENT: Readonly<Record<string, string>>;
