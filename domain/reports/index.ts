export * from './csv.ts';
export * from './document.ts';
export { formatChange, formatNumber } from './format.ts';
export { DOCUMENT_POLICY, renderHtml } from './html.ts';
