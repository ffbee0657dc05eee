/** The example schemas that ship with Uptake (requirement E20), for a product to begin with. */
import projectCreated from './examples/project_created.json' with { type: 'json' };
import projectCreationError from './examples/project_creation_error.json' with { type: 'json' };
import projectFeedbackSubmitted from './examples/project_feedback_submitted.json' with { type: 'json' };
import projectViewed from './examples/project_viewed.json' with { type: 'json' };
import taskAssigned from './examples/task_assigned.json' with { type: 'json' };

export const EXAMPLE_SCHEMAS = [
  projectViewed,
  projectCreated,
  taskAssigned,
  projectCreationError,
  projectFeedbackSubmitted,
] as const;
