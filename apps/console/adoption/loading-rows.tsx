/** What stands in a card while its content loads. */
export function LoadingRows({ label, count = 4 }: { label: string; count?: number }) {
  return (
    <div role="status" aria-label={label} className="divide-y divide-line">
      {Array.from({ length: count }, (_, row) => (
        <div key={String(row)} className="flex h-14 items-center px-4">
          <span className="skeleton h-4 w-2/3" />
        </div>
      ))}
    </div>
  );
}
