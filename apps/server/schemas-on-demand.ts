/**
 * Checks and writers of a door's schemas, made when it is first used: there are some hundred doors, and making all of them
 * beforehand is 0.4 s of processor time of every start.
 */
import AjvCompiler from '@fastify/ajv-compiler';
import SerializerSelector from '@fastify/fast-json-stringify-compiler';
import type { FastifySchema, FastifySchemaCompiler } from 'fastify';
import type { FastifySerializerCompiler, FastifyValidationResult } from 'fastify/types/schema.js';

type Compile = FastifySchemaCompiler<FastifySchema>;
type Serialize = ReturnType<FastifySerializerCompiler<FastifySchema>>;

/** A custom compiler gets the names of headers as they are written: in lower case. */
export function validatorsOnDemand(): FastifySchemaCompiler<FastifySchema> {
  // A field that nobody reads is a slip of whoever wrote it: it is refused with its place, not taken off in silence.
  // Its types name the schema where it takes the whole route.
  const compile = AjvCompiler()({}, { customOptions: { removeAdditional: false } }) as unknown as Compile;
  return (route) => {
    let made: FastifyValidationResult | undefined;
    const validate: FastifyValidationResult = (data) => {
      made ??= compile(route);
      const result = made(data);
      // Fastify reads what was wrong from the function itself.
      validate.errors = made.errors ?? null;
      return result;
    };
    return validate;
  };
}

export function serializersOnDemand(): FastifySerializerCompiler<FastifySchema> {
  const compile = SerializerSelector()();
  return (route) => {
    let made: Serialize | undefined;
    return (data) => {
      made ??= compile({ ...route, httpStatus: route.httpStatus ?? '' });
      return made(data);
    };
  };
}
