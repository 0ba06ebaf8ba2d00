import {
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import {
  type ActionRequest,
  ApiProblem,
  type Application,
  keepApplication,
  licensing,
  type PublicService,
  queries,
} from '../../api/index.ts';
import { isMoving } from './next-step.ts';

/** An application, asked for again by itself while something happens to it behind the scenes. */
export function useApplication(id: string): UseQueryResult<Application> {
  return useQuery({
    ...queries.application(id),
    refetchInterval: (query) => (query.state.data && isMoving(query.state.data) ? 1_000 : false),
  });
}

/** The application and the definition that it was made with. */
export function useCase(id: string): {
  readonly data: { readonly application: Application; readonly service: PublicService } | undefined;
  readonly error: unknown;
  refetch(): unknown;
} {
  const application = useApplication(id);
  const service = useQuery({
    ...queries.service(application.data?.service.id ?? ''),
    enabled: application.data !== undefined,
  });
  const both = application.data && service.data ? { application: application.data, service: service.data } : undefined;
  return {
    data: both,
    error: application.error ?? service.error,
    refetch: () => Promise.all([application.refetch(), service.data ? undefined : service.refetch()]),
  };
}

/** Acts on an application as it was read; what the server then holds is shown everywhere at once. */
export function useAction(application: Application): UseMutationResult<Application, unknown, ActionRequest> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (action: ActionRequest) => licensing.act(application.id, application.version, action),
    onSuccess: (next) => keepApplication(client, next),
    onError: async (problem) => {
      const changed = problem instanceof ApiProblem && (problem.status === 412 || problem.status === 409);
      if (changed) await client.invalidateQueries({ queryKey: queries.application(application.id).queryKey });
    },
  });
}
