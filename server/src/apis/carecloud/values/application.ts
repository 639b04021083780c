import { fault, type Reader } from './reader.ts'
import { textOf } from './scalars.ts'

/** An external application of the workspace (L9); a blank one is not given. */
export const application: Reader<string> = {
  schema: { type: 'string' },
  read(value, place, reading) {
    const { externalApplications } = reading.workspace.settings.loyalty
    const sent = textOf(value)
    if (sent?.trim() === '') return undefined
    return externalApplications.find(({ id }) => id === sent)?.id ?? fault(reading, place, 'not_found', value)
  },
}
