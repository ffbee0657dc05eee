export * from './port.ts';
export { createMailer, type SmtpOptions } from './smtp.ts';
