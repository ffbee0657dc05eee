/** The mark: a U whose arm reaches up to take in a point. */
export function Mark({ size = 24 }: { size?: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden="true" className="shrink-0">
      <rect width="32" height="32" rx="8" className="fill-[#0b6e63]" />
      <path d="M9.5 11v6.5a6.5 6.5 0 0 0 13 0V13" fill="none" stroke="#fff" strokeWidth="3.4" strokeLinecap="round" />
      <circle cx="22.5" cy="7.6" r="2.2" fill="#8df0d8" />
    </svg>
  );
}
