/** Wires what is told about plans: at once, and as a digest every morning. */
import { createDigests, type Digests } from './daily-digest.ts';
import { createDelivery, type DeliveryDependencies } from './delivery.ts';
import type { Tell } from './dependencies.ts';
import { createNoticeSigner, type SignerDependencies } from './notice-signer.ts';
import { createNotifier, type NotifyDependencies } from './notify.ts';

export type NoticesDependencies = Omit<NotifyDependencies, 'deliver'> &
  Omit<DeliveryDependencies, 'sign'> &
  SignerDependencies;

export type Notices = { readonly tell: Tell; readonly digests: Digests };

export function createNotices(dependencies: NoticesDependencies): Notices {
  const deliver = createDelivery({ ...dependencies, sign: createNoticeSigner(dependencies) });
  return { tell: createNotifier({ ...dependencies, deliver }), digests: createDigests({ ...dependencies, deliver }) };
}
