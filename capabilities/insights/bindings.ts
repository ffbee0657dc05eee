/** The values a question binds: each gets a name of its own, and the SQL sees nothing but that name. */
import type { QueryParameter } from '@uptake/io/event-store';

export class Bindings {
  readonly parameters: Record<string, QueryParameter> = {};

  /** The placeholder for a value. */
  bind(
    value: QueryParameter,
    type: 'String' | 'Float64' | 'Int64' | 'Bool' | 'Array(String)' | 'Array(Int64)',
  ): string {
    return `{${this.name(value)}:${type}}`;
  }

  /** The name of the parameter itself, for expressions that write the placeholder. */
  name(value: QueryParameter): string {
    const name = `p${Object.keys(this.parameters).length}`;
    this.parameters[name] = value;
    return name;
  }
}
