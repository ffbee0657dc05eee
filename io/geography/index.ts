/** Geography: from the address of a request to the country it comes from, and to nothing finer. */
export * from './countries.ts';
