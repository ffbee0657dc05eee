/** The address of “Send events”, for environments that have some already. */
import { useEnvironment } from '../shell/place.ts';
import { SendEvents } from './send-events.tsx';

export function SendEventsScreen() {
  const { environment } = useEnvironment();
  return <SendEvents key={environment.id} isFirstRun={false} />;
}
