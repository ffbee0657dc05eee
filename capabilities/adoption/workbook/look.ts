/** Colours, borders and number formats of the workbooks. */
import type { CellStyle } from 'hucre';

const BORDER = { style: 'thin', color: { rgb: 'D0D5DD' } } as const;
/** Lines between rows, which a fill would hide; a full grid costs half as much again to write. */
const BORDERS = { bottom: BORDER };

const fill = (rgb: string) => ({ type: 'pattern', pattern: 'solid', fgColor: { rgb } }) as const;

export const TITLE: CellStyle = { font: { bold: true, size: 16, color: { rgb: '1D2939' } } };
export const HEADING: CellStyle = { font: { bold: true, size: 12 } };
export const PROSE: CellStyle = { alignment: { wrapText: true, vertical: 'top' } };

export const HEADER: CellStyle = {
  font: { bold: true, color: { rgb: 'FFFFFF' } },
  fill: fill('344054'),
  border: BORDERS,
  alignment: { vertical: 'center', wrapText: true },
  protection: { locked: true },
};

export const LOCKED: CellStyle = {
  fill: fill('F2F4F7'),
  border: BORDERS,
  alignment: { vertical: 'top', wrapText: true },
  protection: { locked: true },
};

export const INPUT: CellStyle = {
  fill: fill('FFFBEB'),
  border: BORDERS,
  alignment: { vertical: 'top', wrapText: true },
  protection: { locked: false },
};

export const INPUT_DATE: CellStyle = { ...INPUT, numFmt: 'yyyy-mm-dd' };
/** Text stays what was typed: 3.10 does not become 3.1. */
export const INPUT_TEXT: CellStyle = { ...INPUT, numFmt: '@' };
/** For shares of a percent, which without the sign could be read as fractions. */
export const INPUT_PERCENT: CellStyle = { ...INPUT, numFmt: '0.############%' };

/** Green, yellow and red with text of the same meaning, so that colour is never alone. */
export const MET: CellStyle = { ...LOCKED, fill: fill('D1FADF'), font: { color: { rgb: '05603A' }, bold: true } };
export const PARTIAL: CellStyle = { ...LOCKED, fill: fill('FEF0C7'), font: { color: { rgb: '7A2E0E' }, bold: true } };
export const NOT_MET: CellStyle = { ...LOCKED, fill: fill('FEE4E2'), font: { color: { rgb: '912018' }, bold: true } };

export const PERCENT_FORMAT = '0%';

/** A cell that an import refused. */
export const REFUSED_FILL = fill('FDA29B');
