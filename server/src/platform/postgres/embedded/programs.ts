import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import type { ServerUser } from './unprivileged.ts'

/** Where PostgreSQL's programs are, and as whom they run (absent: as ourselves). */
export interface PostgresProgram {
  readonly binaries: string
  readonly user: ServerUser | undefined
}

/**
 * Starts one of PostgreSQL's programs. It gets a process group of its own: a Ctrl-C in the terminal is for
 * us, who then stop the database after the last write, not for both of us at once.
 */
export function startProgram(
  programs: PostgresProgram,
  name: 'initdb' | 'postgres',
  options: readonly string[],
): ChildProcess {
  return spawn(join(programs.binaries, name), options, {
    cwd: '/',
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
    ...programs.user,
  })
}

/** Runs a program to its end; refuses with what it printed. */
export function runProgram(
  programs: PostgresProgram,
  name: 'initdb' | 'postgres',
  options: readonly string[],
): Promise<void> {
  return new Promise((done, refuse) => {
    const child = startProgram(programs, name, options)
    let printed = ''
    child.stderr?.on('data', (text) => {
      printed += text
    })
    child.on('error', refuse)
    child.on('close', (code) =>
      code === 0 ? done() : refuse(new Error(`${name} failed: ${printed.trim()}`)),
    )
  })
}
