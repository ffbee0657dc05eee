/** Wires what is kept as a document: stored reports and review packs. */
import type { FastifyPluginAsync } from 'fastify';
import type { AccessReadModel } from '../../access/read-model.ts';
import { reviewPackRoutes } from '../review-packs/routes.ts';
import { createReviewPacks, type ReviewPacksDependencies } from '../review-packs/service.ts';
import { reportRoutes } from './routes.ts';
import { createReports, type ReportsDependencies } from './service.ts';

export type ReportingOptions = Omit<ReportsDependencies, 'audit'> &
  ReviewPacksDependencies & { readonly access: Pick<AccessReadModel, 'authenticateRequest'> };

export function createReporting(options: ReportingOptions): { readonly routes: FastifyPluginAsync } {
  const { access, nowMs } = options;
  const reports = createReports({ ...options, audit: access.audit });
  const packs = createReviewPacks(options);
  return {
    routes: async (app) => {
      await app.register(reportRoutes(reports, access));
      await app.register(reviewPackRoutes(packs, access, nowMs));
    },
  };
}
