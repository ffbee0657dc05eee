/** How long lists without `first` usually are: what an operation costs is estimated from it before anything is asked. */
export const USUAL_TASKS = { multiplier: 50 };
export const USUAL_ATTRIBUTES = { multiplier: 5 };
export const TREND_DAYS = 90;
/** The page that holds them has counted them. */
export const ROWS_OF_PAGE = { multiplier: 1 };
/** Reasons of a health, sources of a plan. */
export const A_FEW = { multiplier: 2 };
