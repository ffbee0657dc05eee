/** Names of exported workbooks: `<product-name>-telemetry-template.xlsx` and `<customer-name>-<product-name>-telemetry.xlsx`. */

export function templateFileName(productName: string): string {
  return `${fileNamePart(productName, 'product')}-telemetry-template.xlsx`;
}

export function planFileName(customerName: string, productName: string): string {
  return `${fileNamePart(customerName, 'customer')}-${fileNamePart(productName, 'product')}-telemetry.xlsx`;
}

/** Letters and digits of any script in lower case; everything else, which some file system would mind, becomes a hyphen. */
function fileNamePart(name: string, fallback: string): string {
  const part = name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '-')
    .slice(0, 60)
    .replace(/^-+|-+$/g, '');
  return part.toWellFormed().replaceAll('\uFFFD', '') || fallback;
}
