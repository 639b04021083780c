/** A figure, and what it is held against: a ceiling from the same run, or a bound. */
export interface Measurement {
  readonly name: string
  readonly figure: number
  readonly unit: string
  readonly ceiling?: number
  /** The least ratio of figure to ceiling that is good. */
  readonly atLeast?: number
  /** The most that the figure may be. */
  readonly atMost?: number
}

export function printMeasurements(measurements: readonly Measurement[]): void {
  const rows = measurements.map(({ name, figure, unit, ceiling, atLeast, atMost }) => {
    const ratio = ceiling === undefined ? undefined : figure / ceiling
    const isGood =
      (ratio === undefined || atLeast === undefined || ratio >= atLeast) &&
      (atMost === undefined || figure <= atMost)
    const aim =
      atLeast === undefined ? (atMost === undefined ? '' : `≤ ${atMost} ${unit}`) : `ratio ≥ ${atLeast}`
    return [
      name,
      `${shown(figure)} ${unit}`,
      ceiling === undefined ? '' : shown(ceiling),
      ratio === undefined ? '' : ratio.toFixed(2),
      aim,
      aim === '' ? '' : isGood ? 'reached' : 'not reached',
    ]
  })
  const table = [['measured', 'figure', 'ceiling', 'ratio', 'aim', ''], ...rows]
  const widths =
    table[0]?.map((_cell, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? []
  for (const row of table) {
    process.stdout.write(
      `${row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    )
  }
}

function shown(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(2)
}
