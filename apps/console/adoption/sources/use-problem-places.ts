/** Puts what the server refuses beside the field it speaks of, and the keyboard into the first such field. */
import { type RefObject, useEffect, useState } from 'react';
import { ApiProblem } from '../../api/client.ts';

export type ProblemPlaces = {
  /** Of a place of the input, such as `config/url`. */
  readonly errorOf: (place: string) => string | undefined;
  /** What no field shows. */
  readonly rest: unknown;
};

const INPUT = '/input/';

export function useProblemPlaces(error: unknown, form: RefObject<HTMLFormElement | null>): ProblemPlaces {
  const [rest, setRest] = useState<unknown>(error);
  const errors = error instanceof ApiProblem ? error.errors : [];
  useEffect(() => {
    setRest(error);
    if (!(error instanceof ApiProblem) || form.current === null) return;
    const fields = [...form.current.querySelectorAll<HTMLElement>('[data-place]')];
    const fieldOf = (path: string) => fields.find(({ dataset }) => dataset.place === placeOf(path));
    const [first] = error.errors.flatMap(({ path }) => fieldOf(path) ?? []);
    first?.focus();
    setRest(withoutErrors(error, (path) => fieldOf(path) === undefined));
  }, [error, form]);
  return { rest, errorOf: (place) => errors.find(({ path }) => path === INPUT + place)?.message };
}

/** Fields of the configuration bear the place within it; others that of the input. */
function placeOf(path: string): string {
  const place = path.startsWith(INPUT) ? path.slice(INPUT.length) : path;
  return place.startsWith('config/') ? place.slice('config'.length) : place;
}

function withoutErrors(problem: ApiProblem, isKept: (path: string) => boolean): ApiProblem {
  const { status, code, title, detail, requestId } = problem;
  const errors = problem.errors.filter(({ path }) => isKept(path));
  return new ApiProblem({ status, code, title, detail, errors, requestId });
}
