import { type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query';
import { ApiProblem } from '../../api/index.ts';
import { type CertificateRequest, pki, pkiQueries, type RequestDecision } from './api.ts';

/** Decides on a request as it was read; what the server then holds is shown everywhere at once. */
export function useDecision(
  request: CertificateRequest,
): UseMutationResult<CertificateRequest, unknown, RequestDecision> {
  const client = useQueryClient();
  const one = pkiQueries.request(request.id).queryKey;
  return useMutation({
    mutationFn: (decision: RequestDecision) => pki.decide(request.id, request.version, decision),
    onSuccess: async (next) => {
      client.setQueryData(one, next);
      await Promise.all([
        client.invalidateQueries({ queryKey: ['pki', 'requests', 'list'] }),
        client.invalidateQueries({ queryKey: ['pki', 'certificates'] }),
      ]);
    },
    onError: async (problem) => {
      const changed = problem instanceof ApiProblem && (problem.status === 412 || problem.status === 409);
      if (changed) await client.invalidateQueries({ queryKey: one });
    },
  });
}
