/** Why what a person entered is no value of its type. */

/** Why a cell was refused: a closed list. */
export type ValueRefusalCode =
  | 'error_in_cell'
  | 'formula_like_text'
  | 'not_a_boolean'
  | 'not_a_number'
  | 'ambiguous_number'
  | 'not_a_percentage'
  | 'percentage_out_of_range'
  | 'ambiguous_percentage'
  | 'not_a_date'
  | 'ambiguous_date'
  | 'not_a_text'
  | 'text_too_long';

/** `reason` says what is wrong, `remedy` what to do. */
export type ValueRefusal = {
  readonly code: ValueRefusalCode;
  readonly reason: string;
  readonly remedy: string;
};
