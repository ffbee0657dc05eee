/** The product whose plan is shown: environments of a product share it. */
import { useEnvironment } from '../shell/place.ts';
import type { ProductScope } from './api.ts';

export function usePlanScope(): ProductScope {
  const { scope, product } = useEnvironment();
  return { workspaceId: scope.workspaceId, productId: product.id };
}
