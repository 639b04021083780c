import type { OperationFailure } from '../../../core/ingest/operation.ts'
import { type ErrorV1, idsMismatchV1 } from '../errors-v1.ts'

/** Why a change was not applied, as the result of its user tells it (C46). */
export function presentFailure(failure: OperationFailure): ErrorV1 {
  switch (failure.reason) {
    case 'email-taken':
      return idsMismatchV1('email')
    case 'profile-mismatch':
      return idsMismatchV1('xngId')
    case 'not-applicable':
      // A batch tells the fate of the others, so this cannot be its answer's status (2.4).
      return { field: 'user', type: 'WRONG_VALUE' }
  }
}
