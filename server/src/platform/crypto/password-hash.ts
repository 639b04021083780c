import { hash, verify } from '@node-rs/argon2'

/** OWASP's recommendation for Argon2id, which is the library's algorithm: 19 MiB, two passes, one lane. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** The form a password is stored in: Argon2id, with its parameters and a salt of its own. */
export async function hashPassword(password: string): Promise<string> {
  return await hash(password.normalize('NFC'), cost)
}

/** Whether a password is the one that was hashed. Without a hash it takes as long, and is not. */
export async function isPassword(password: string, hashed: string | undefined): Promise<boolean> {
  decoy ??= hashPassword('')
  const isSame = await verify(hashed ?? (await decoy), password.normalize('NFC'))
  return isSame && hashed !== undefined
}

/** Whoever asks about somebody who has no password waits as long as for a wrong one, and so learns nothing. */
let decoy: Promise<string> | undefined
