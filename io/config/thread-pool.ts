/**
 * Imported first by a program: gives Node's thread pool room. Every question, insert and stream of the embedded store
 * holds one of its threads while it runs, and with the default of four the file writes of the log would wait for them.
 * The pool reads the variable when it is first used, so this must run before anything else does.
 */
process.env.UV_THREADPOOL_SIZE ??= '12';
