/** `{{tenant_id}}` and `{{day}}` in what a source asks: filled in for the customer whose plan it is, where only data can stand. */
import { formatDay } from '@uptake/domain/criteria';
import { SourceFailed } from '../source-driver.ts';

export const PLACEHOLDERS = ['tenant_id', 'day'] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];
export type Fillings = Readonly<Record<Placeholder, string | undefined>>;

const PLACEHOLDER = /\{\{\s*([^{}]*?)\s*\}\}/g;

export function fillingsOf(asked: { readonly tenantId: string | undefined; readonly day: number }): Fillings {
  return { tenant_id: asked.tenantId, day: formatDay(asked.day) };
}

/** The first name in braces that is not known; `undefined` where all are. */
export function unknownPlaceholder(text: string): string | undefined {
  for (const [, name = ''] of text.matchAll(PLACEHOLDER)) {
    if (!(PLACEHOLDERS as readonly string[]).includes(name)) return name;
  }
  return undefined;
}

/** `write` makes data of the filling: percent-encoded, escaped, or a parameter. */
export function fill(text: string, fillings: Fillings, write: (filling: string, name: Placeholder) => string): string {
  return text.replaceAll(PLACEHOLDER, (whole, name: string) => {
    const known = PLACEHOLDERS.find((placeholder) => placeholder === name);
    if (known === undefined) return whole;
    const filling = fillings[known];
    if (filling === undefined) {
      throw new SourceFailed('The source asks for {{tenant_id}}, but the customer has no tenant id; set it first.', {
        isRetriable: false,
      });
    }
    return write(filling, known);
  });
}
