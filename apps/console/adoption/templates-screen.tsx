/** Templates: which products have one, in which version, and how many plans came of it. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ListTree } from 'lucide-react';
import { formatCount } from '../format/numbers.ts';
import { formatAgo } from '../format/time.ts';
import { buttonClasses } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Badge } from '../ui/figures.tsx';
import { EmptyState, ProblemNotice } from '../ui/notice.tsx';
import { AdoptionFrame } from './adoption-frame.tsx';
import { productsQuery } from './api.ts';
import { LoadingRows } from './loading-rows.tsx';
import type { ProductSummary } from './types.ts';
import { useAdoption } from './use-adoption.ts';

export function TemplatesScreen() {
  const { workspaceId, slug } = useAdoption();
  const answer = useQuery(productsQuery(workspaceId));
  const products = answer.data?.products;
  return (
    <AdoptionFrame
      title="Templates"
      lead="What it means to use a product well: tasks, and what shows that they are done."
    >
      <Card bodyClassName="p-0" className="overflow-hidden">
        {answer.isError && <ProblemNotice error={answer.error} onRetry={() => void answer.refetch()} className="m-4" />}
        {answer.isPending && <LoadingRows label="Loading templates" />}
        {products?.length === 0 && (
          <EmptyState
            icon={ListTree}
            title="There is no product yet"
            action={
              <Link
                to="/w/$workspace/settings/products"
                params={{ workspace: slug }}
                className={buttonClasses('primary')}
              >
                Add a product
              </Link>
            }
          >
            A template belongs to a product. Add one, then come back.
          </EmptyState>
        )}
        {products && products.length > 0 && (
          <ul aria-label="Templates" className="divide-y divide-line">
            {products.map((product) => (
              <TemplateLine key={product.id} product={product} />
            ))}
          </ul>
        )}
      </Card>
    </AdoptionFrame>
  );
}

function TemplateLine({ product }: { product: ProductSummary }) {
  const { slug } = useAdoption();
  const { template } = product;
  const [newest] = template?.versions ?? [];
  return (
    <li>
      <Link
        to="/w/$workspace/adoption/templates/$product"
        params={{ workspace: slug, product: product.id }}
        className="flex flex-wrap items-baseline gap-x-4 gap-y-0.5 px-4 py-3 hover:bg-hover focus-visible:outline-offset-[-3px]"
      >
        <span className="min-w-0 flex-1 basis-48 truncate font-medium text-ink">{product.name}</span>
        {template && newest ? (
          <>
            <Badge tone="accent">version {template.version}</Badge>
            <span className="text-xs text-muted">
              {formatCount(newest.taskCount, 'task')}, {formatCount(newest.attributeCount, 'attribute')}
            </span>
            <span className="text-xs text-muted">{formatCount(product.planCount, 'plan')}</span>
            <span className="text-xs text-muted">{formatAgo(template.publishedAt, Date.now())}</span>
          </>
        ) : (
          <span className="text-xs text-muted">no template yet</span>
        )}
      </Link>
    </li>
  );
}
