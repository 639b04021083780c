import type { Hundredths } from '../amounts/hundredths.ts'

/** How a bill is paid: at once, with an account, by credit, or as a debt, which earns nothing (L49, L107). */
export type PaymentType = 'S' | 'A' | 'C' | 'D'

/** What a till prints, as far as it matters here; amounts are before loyalty benefits (L106, L107). */
export interface Bill {
  /** The till's own id, unique in the workspace (L112). */
  readonly billId: string
  readonly paymentTime: Date
  readonly currency: string
  readonly totalPrice: Hundredths
  readonly typeId: string
  readonly paymentType: PaymentType
  readonly createdBy: string | null
  readonly items: readonly BillItem[]
}

export interface BillItem {
  readonly itemId: string
  readonly paidAmount: Hundredths
  readonly price: Hundredths
  /** In thousandths: tills weigh. */
  readonly quantity: number
  /** Neither pays for benefits nor earns. */
  readonly loyaltyOff: boolean
  readonly vatRate: number | null
  readonly productCode: string | null
  readonly productName: string | null
  readonly categoryCode: string | null
  readonly typeId: string | null
}

/** What makes a bill cheaper: a voucher, or a reward that is bought in it. */
export interface Benefit {
  readonly worth: {
    readonly kind: string
    readonly value?: number
    readonly currency?: string
    readonly percent?: number
  }
  /** What the till took off for it; undefined: as it is worth (L111). */
  readonly charged: Hundredths | undefined
}
