/**
 * The panel: one person in sixteen, whose events are all kept however hard a flow is throttled. It shows what a sample of
 * events cannot: who was there but happened to have no event in the sample, and whole journeys without a gap.
 *
 * Membership is the first hex digit of the pseudonym, so it is uniform and independent of everything a person does (the
 * pseudonym is a keyed hash), it needs no table, and it changes hands when pseudonyms rotate.
 */

/** Fixed for good: stored rows do not say under which share they were kept. */
export const PANEL_SHARE = 1 / 16;

const ZERO = 48; // '0'

/** Events without a person belong to their session; events with neither cannot be in the panel. */
export function isInPanel(userPseudonym: string, sessionPseudonym: string): boolean {
  const unit = userPseudonym === '' ? sessionPseudonym : userPseudonym;
  return unit !== '' && unit.charCodeAt(0) === ZERO;
}
