/** The example schemas that ship with Uptake (requirement E20), for a product to begin with. */
import projectCreated from '@uptake/domain/tracking-plan/examples/project_created.json' with { type: 'json' };
import projectCreationError from '@uptake/domain/tracking-plan/examples/project_creation_error.json' with {
  type: 'json',
};
import projectFeedbackSubmitted from '@uptake/domain/tracking-plan/examples/project_feedback_submitted.json' with {
  type: 'json',
};
import projectViewed from '@uptake/domain/tracking-plan/examples/project_viewed.json' with { type: 'json' };
import taskAssigned from '@uptake/domain/tracking-plan/examples/task_assigned.json' with { type: 'json' };

export const EXAMPLE_SCHEMAS = [
  projectViewed,
  projectCreated,
  taskAssigned,
  projectCreationError,
  projectFeedbackSubmitted,
] as const;
